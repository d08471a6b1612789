"""Say how late a poller is that watches many workspaces of a real sandbox.

Run it as a script:

python benchmarks/poller_lateness.py --workspaces 500 --every 5 --seconds 20
"""

import argparse
import asyncio
import json
import subprocess
import sys
import time

from taskrouter_async import TaskRouterClient
from taskrouter_async.polling import Poller


async def watch(facts: dict[str, str], every: float, seconds: float) -> str:
    """Poll every workspace for so long; return a line about it."""
    async with TaskRouterClient(
        facts["account_sid"], facts["auth_token"], base_url=facts["base_url"]
    ) as client:
        handles = [client.workspaces(sid).real_time_statistics for sid in facts["workspace_sids"]]
        cpu = time.process_time()
        async with Poller(handles, every=every) as poller:
            await asyncio.sleep(seconds)
            stats = poller.stats()
        cpu = time.process_time() - cpu
    p50, p99 = (1e3 * (each or 0.0) for each in (stats.lateness_p50, stats.lateness_p99))
    return (
        f"{stats.handles} handles every {every} s: {stats.polls} polls, {stats.errors} errors,"
        f" {stats.late} late, lateness p50 {p50:.1f} ms, p99 {p99:.1f} ms,"
        f" {1e6 * cpu / stats.polls:.0f} us of CPU each"
    )


def main() -> None:
    """Serve a sandbox in a process of its own and print how the poller fared."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workspaces", type=int, default=500)
    parser.add_argument("--every", type=float, default=5.0)
    parser.add_argument("--seconds", type=float, default=20.0)
    options = parser.parse_args()
    served = [sys.executable, "-m", "taskrouter_async", "sandbox", "--json", "--until-eof"]
    served += ["--no-traffic", "--workspaces", str(options.workspaces)]
    with subprocess.Popen(served, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as sandbox:
        assert sandbox.stdout is not None
        facts = json.loads(sandbox.stdout.readline())
        print(asyncio.run(watch(facts, options.every, options.seconds)))
        sandbox.terminate()


if __name__ == "__main__":
    main()

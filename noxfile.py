"""The project's chores: `nox` runs the daily ones, `nox -l` lists them all."""

import pathlib
import sys

import nox

PYPROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = nox.project.python_versions(PYPROJECT)
THIS = f"{sys.version_info.major}.{sys.version_info.minor}"
# On a Python that is newer than those promised, the newest of these is asked for.
RUNNING = THIS if THIS in PYTHONS else PYTHONS[-1]

ON_ALL_CORES = ["--numprocesses", "auto"]

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_existing_virtualenvs = True
nox.options.sessions = ["lint", "typing", f"tests-{RUNNING}", "docs"]


def _group(*names: str) -> list[str]:
    return list(nox.project.dependency_groups(PYPROJECT, *names))


def _lowest() -> list[str]:
    project = PYPROJECT["project"]
    lists = (project["dependencies"], *project["optional-dependencies"].values())
    allowed = [requirement for each in lists for requirement in each]
    # One extra asks for another by the project's own name, which has no lowest version.
    foreign = [each for each in allowed if not each.startswith(project["name"])]
    return [requirement.replace(">=", "==") for requirement in foreign]


@nox.session(python=RUNNING)
def lint(session: nox.Session) -> None:
    """Check form, rules and the direction of imports."""
    session.install(*_group("lint"))
    session.run("ruff", "format", "--check")
    session.run("ruff", "check")
    session.run("lint-imports", "--no-logo")


@nox.session(python=RUNNING)
def typing(session: nox.Session) -> None:
    """Check the types with two checkers."""
    session.install(*_group("typing", "docs", "bench"), "nox", ".[cli]")
    session.run("mypy")
    # Named, because it would otherwise take a .venv beside the sources for the environment.
    session.run("basedpyright", "--pythonpath", f"{session.bin}/python")


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests on the package as it will be installed; every branch must be taken."""
    session.install(*_group("tests"), ".[cli]")
    # A part of the tests covers a part of the code: the whole is measured by the whole suite.
    session.run("pytest", *(session.posargs or ["--cov", *ON_ALL_CORES]))


@nox.session(python=RUNNING)
def nightly(session: nox.Session) -> None:
    """Look longer: ten times as many histories of the cache, thousands of handles polled."""
    session.install(*_group("tests"), ".[cli]")
    where = ["tests/cache", "tests/polling", "tests/shared"]
    session.run("pytest", *where, *session.posargs, env={"HYPOTHESIS_PROFILE": "nightly"})


@nox.session(python=RUNNING)
def simulation(session: nox.Session) -> None:
    """Simulate a thousand troubled services: `-- --seeds 100000` for a night, `-- --seed 17`."""
    session.install(*_group("tests"), ".[cli]")
    where = "tests/simulation/test_simulation.py"
    session.run("pytest", where, "--seeds", "1000", *ON_ALL_CORES, *session.posargs)


@nox.session(python=RUNNING)
def spec(session: nox.Session) -> None:
    """Compare with the vendor's OpenAPI document: `nox -s spec -- twilio_taskrouter_v1.json`."""
    if len(session.posargs) != 1:
        session.error("name the vendor's OpenAPI document: nox -s spec -- path/to/document.json")
    document = str(pathlib.Path(session.posargs[0]).resolve())
    session.install(*_group("tests"), ".[cli]")
    session.run("pytest", "tests/spec", env={"TASKROUTER_OPENAPI": document})


@nox.session(python=RUNNING)
def oldest(session: nox.Session) -> None:
    """Run the tests with the lowest dependencies that are allowed."""
    session.install(*_group("tests"), *_lowest(), ".[cli]")
    session.run("pytest", *(session.posargs or ON_ALL_CORES))


@nox.session(python=RUNNING)
def docs(session: nox.Session) -> None:
    """Build the documentation without a warning and execute every code block."""
    session.install(*_group("docs"), ".[cli]")
    session.run("sphinx-build", "-W", "-n", "-q", "--keep-going", "docs", "docs/_build/html")
    session.run("pytest", "docs", "README.md", *session.posargs)


@nox.session(python=RUNNING)
def bench(session: nox.Session) -> None:
    """Measure beside others, and write the figures into the documentation: `-- hit` for a part."""
    session.install(*_group("bench"), ".[cli]")
    session.run("python", "-m", "benchmarks", *session.posargs)


@nox.session(python=RUNNING)
def calls(session: nox.Session) -> None:
    """Count what a hit and a miss are made of; fail if it became more: `-- --record` keeps it."""
    session.install(*_group("calls"), ".")
    options = session.posargs or ["--check"]
    session.run("python", "-m", "benchmarks.call_counts", *options)


@nox.session(python=RUNNING)
def soak(session: nox.Session) -> None:
    """Run everything at once against a failing sandbox: `nox -s soak -- --minutes 15`."""
    session.install(*_group("bench"), ".[cli]")
    session.run("python", "-m", "benchmarks.soak", *session.posargs)

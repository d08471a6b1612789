"""Distil the vendor's OpenAPI document into the facts that our API is compared with.

python tests/contract/distil.py path/to/twilio_taskrouter_v1.json > tests/contract/operations.json
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Spec = dict[str, Any]

PAGING = {"PageSize", "Page", "PageToken"}


def operations(spec: Spec) -> dict[str, Spec]:
    """Return the facts of each operation by its id, sorted."""
    found = {}
    for path, item in spec["paths"].items():
        for verb in ("get", "post", "delete"):
            if verb in item:
                found[item[verb]["operationId"]] = _facts(spec, path, verb, item[verb])
    return dict(sorted(found.items()))


def _facts(spec: Spec, path: str, verb: str, operation: Spec) -> Spec:
    parameters = operation.get("parameters", [])
    names = {parameter["name"] for parameter in parameters}
    result, list_key = _result(spec, operation)
    return {
        "verb": verb.upper(),
        "path": path,
        "arguments": dict(sorted(_arguments(spec, parameters, operation))),
        "paged": names >= PAGING,
        "if_match": "If-Match" in names,
        "list_key": list_key,
        "result": result,
    }


def _arguments(spec: Spec, parameters: list[Spec], operation: Spec) -> Iterator[tuple[str, Spec]]:
    for parameter in parameters:
        if parameter["in"] == "query" and parameter["name"] not in PAGING:
            yield parameter["name"], _argument(spec, parameter["schema"], parameter)
    form = operation.get("requestBody", {}).get("content", {})
    schema = form.get("application/x-www-form-urlencoded", {}).get("schema", {})
    required = schema.get("required", [])
    for name, member in schema.get("properties", {}).items():
        yield name, _argument(spec, member, {"required": name in required})


def _argument(spec: Spec, schema: Spec, parameter: Spec) -> Spec:
    resolved = _resolved(spec, schema)
    items = _resolved(spec, resolved.get("items", {}))
    facts: Spec = {"type": resolved.get("type", "object")}
    if resolved.get("format"):
        facts["format"] = resolved["format"]
    if parameter.get("required"):
        facts["required"] = True
    if "enum" in resolved or "enum" in items:
        facts["enum"] = sorted(resolved.get("enum") or items["enum"])
    return facts


def _result(spec: Spec, operation: Spec) -> tuple[list[str], str]:
    (answer,) = operation["responses"].values()
    content = answer.get("content", {}).get("application/json", {})
    schema = _resolved(spec, content.get("schema", {}))
    members = schema.get("properties", {})
    if "meta" not in members:
        return sorted(members), ""
    (list_key,) = members.keys() - {"meta"}
    return sorted(_resolved(spec, members[list_key]["items"])["properties"]), list_key


def _resolved(spec: Spec, schema: Spec) -> Spec:
    if "$ref" not in schema:
        return schema
    target: Spec = spec
    for name in schema["$ref"].removeprefix("#/").split("/"):
        target = target[name]
    return target


if __name__ == "__main__":
    document = json.loads(Path(sys.argv[1]).read_text())
    print(json.dumps(operations(document), indent=1))  # noqa: T201 - this is what it is for

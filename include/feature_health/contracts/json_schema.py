"""The JSON schema of a contract file, by which editors complete and check while one is being written.

It is made from the same models that parse the file; the expectation types are handed in, for this room knows none.
"""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from feature_health.contracts.contract import FROM_CODES
from feature_health.contracts.shape import ContractShape, RemarksShape
from feature_health.contracts.shared import Defaults

_MODE: Literal["validation"] = "validation"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema(types: Mapping[str, type[BaseModel]], defaults: Defaults) -> dict[str, Any]:
    """JSON schema (draft 2020-12) of a contract whose expectations are of these types, given with their arguments' models."""
    models: list[type[BaseModel]] = [ContractShape, RemarksShape, *dict.fromkeys(types.values())]
    references, made = models_json_schema([(model, _MODE) for model in models], ref_template="#/$defs/{model}")
    parts = made["$defs"]
    own = _own(parts, references[ContractShape, "validation"])
    remarks = _own(parts, references[RemarksShape, "validation"])["properties"]
    expectations = {
        name: _expectation(_own(parts, references[model, "validation"]), remarks) for name, model in sorted(types.items())
    }
    own["properties"]["expectations"]["items"] = _one_of(expectations)
    own["properties"]["tier"]["enum"] = sorted(defaults.policies)
    parts["ColumnShape"]["properties"]["unit"] = {"enum": sorted(defaults.units), "description": "of defaults.yaml"}
    return {"$schema": DIALECT, "title": "Contract of a feature job", **_without_titles(own), "$defs": _used(parts, own)}


def _own(parts: Mapping[str, Any], reference: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of the referenced model's schema, so that two types that share a model stay apart."""
    return dict(parts[reference["$ref"].rpartition("/")[2]])


def _expectation(arguments: dict[str, Any], remarks: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of one type's arguments with our own keys; what a column's code table can give need not be written."""
    required = arguments.get("required", [])
    if "special_codes" in required:
        arguments = {**arguments, "required": [name for name in required if name not in FROM_CODES]}
    made: dict[str, Any] = _without_titles({**arguments, "properties": {**arguments.get("properties", {}), **remarks}})
    return made


def _one_of(expectations: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
        "properties": dict(expectations),
    }


def _used(parts: Mapping[str, Any], root: object) -> dict[str, Any]:
    """The parts that the root refers to, directly or through others."""
    used: dict[str, Any] = {}
    left = _references(root)
    while left:
        name = left.pop()
        if name not in used:
            used[name] = _without_titles(parts[name])
            left |= _references(parts[name])
    return dict(sorted(used.items()))


def _references(node: object) -> set[str]:
    if isinstance(node, dict):
        own = {node["$ref"].rpartition("/")[2]} if isinstance(node.get("$ref"), str) else set()
        return own.union(*(_references(value) for value in node.values()))
    return set[str]().union(*(_references(each) for each in node)) if isinstance(node, list) else set()


def _without_titles(node: Any) -> Any:  # noqa: ANN401 - any JSON
    """Pydantic's titles repeat the names and would be what an editor shows first."""
    if isinstance(node, dict):
        return {name: _without_titles(value) for name, value in node.items() if not (name == "title" and isinstance(value, str))}
    return [_without_titles(each) for each in node] if isinstance(node, list) else node

import json
import pathlib
import subprocess
import sys
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from feature_health.checks.bind import catalog
from feature_health.checks.load import contract_files, editor_schema
from feature_health.contracts.document import read
from feature_health.contracts.shared import PROJECT_CONTRACTS

HERE = pathlib.Path(__file__).parent
GOOD_FILES = [HERE / "valid.yaml", *sorted(contract_files(PROJECT_CONTRACTS))]
# What only a look at the file as a whole can tell, or what YAML itself forbids, no JSON schema can say.
SHAPES = [
    "unknown_type_of_column",
    "unknown_key_at_the_top",
    "unknown_key_of_a_column",
    "unknown_word_of_change",
    "unknown_severity",
    "missing_parts",
    "unit_unknown",
    "tier_unknown",
    "nulls_in_words",
    "cadence_unknown",
    "expectations_empty",
    "expectation_unknown",
    "expectation_argument_unknown",
    "expectation_argument_missing",
    "expectation_of_two_types",
    "ready_by_impossible",
]


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    """The schema as today's models give it."""
    return editor_schema()


def test_the_committed_schema_is_todays(schema: dict[str, Any]) -> None:
    """Editors would complete what the gate refuses; write it anew with `make schema`."""
    assert json.loads((PROJECT_CONTRACTS / "contract.schema.json").read_text(encoding="utf-8")) == schema


def test_it_is_a_schema_and_knows_every_type(schema: dict[str, Any]) -> None:
    """An editor would ignore it, or offer half of what there is."""
    jsonschema.Draft202012Validator.check_schema(schema)
    assert set(schema["properties"]["expectations"]["items"]["properties"]) == {type_.name for type_ in catalog()}


@pytest.mark.parametrize("path", GOOD_FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_good_contracts_fit_it(schema: dict[str, Any], path: pathlib.Path) -> None:
    """An editor would mark as wrong what the gate takes."""
    assert not [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(read(path).tree)]


@pytest.mark.parametrize("name", SHAPES)
def test_bad_shapes_do_not_fit_it(schema: dict[str, Any], name: str) -> None:
    """An analyst would learn of a slip only from the gate."""
    assert not jsonschema.Draft202012Validator(schema).is_valid(read(HERE / "invalid" / f"{name}.yaml").tree)


def test_reading_a_contract_is_light() -> None:
    """Airflow reads contracts whenever it parses a DAG file: more than pydantic and yaml would be paid for every 30 seconds."""
    code = "import sys, feature_health.contracts.parse; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    loaded = set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())
    assert not loaded & {"duckdb", "pandas", "numpy", "sqlalchemy", "great_expectations", "pyarrow", "airflow", "jinja2", "rich"}
    code = code.replace("name.partition('.')[0]", "name")
    named = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not [name for name in named if name.startswith(("feature_health.checks", "feature_health.profiles"))]

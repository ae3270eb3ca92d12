"""Types as DuckDB tells them, and what is left of nested columns when only some of their fields may be read."""

from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from feature_health.checks.schema import promised_part
from feature_health.engines.duckdb import DuckDbEngine
from tests.checks.schemas import contract_of

ENGINE = DuckDbEngine(threads=1)
A = {"type": "struct", "fields": {"a": {"type": "integer"}}}


@pytest.mark.parametrize(
    ("value", "promise", "left"),
    [
        ("{'a': 1, 'ssn': 'x'}", A, {"a": 1}),
        ("{'a': 1, 'ssn': 'x'}", {"type": "struct"}, {"a": 1, "ssn": "x"}),
        (
            "[{'a': {'b': 1, 'ssn': 'x'}, 'c': 2}, NULL]",
            {
                "type": "list",
                "items": {"type": "struct", "fields": {"a": {"type": "struct", "fields": {"b": {"type": "integer"}}}}},
            },
            [{"a": {"b": 1}}, None],
        ),
        (
            "[[{'a': 1, 'b': 2}]]",
            {"type": "list", "items": {"type": "list", "items": {"type": "struct", "fields": {"b": {"type": "integer"}}}}},
            [[{"b": 2}]],
        ),
        (
            "MAP {'k': {'a': 1, 'ssn': 'x'}}",
            {
                "type": "map",
                "fields": {"key": {"type": "string"}, "value": {"type": "struct", "fields": {"a": {"type": "integer"}}}},
            },
            [("k", {"a": 1})],
        ),
        ("MAP {'k': 1}", {"type": "map", "fields": {"key": {"type": "string"}, "value": {"type": "integer"}}}, [("k", 1)]),
        ("[1, 2]", {"type": "list", "items": {"type": "integer"}}, [1, 2]),
        ("NULL::STRUCT(a INTEGER, ssn VARCHAR)", A, None),
    ],
)
def test_only_promised_fields_are_kept(tmp_path: Path, value: str, promise: dict[str, Any], left: object) -> None:
    """A vendor could add a number that nobody may read inside a column that everybody reads."""
    file, kept = tmp_path / "candidate.parquet", tmp_path / "kept.parquet"
    duckdb.sql(f"COPY (SELECT 'r' AS id, {value} AS \"the column\", 'y' AS other) TO '{file}' (FORMAT parquet)")
    promised = promised_part(contract_of({"id": "string", "the column": promise}), ENGINE.profile(file, (), {}).columns)
    ENGINE.keep_columns(file, promised, kept)
    assert pq.read_table(kept).to_pylist() == [{"id": "r", "the column": left}]


def test_a_column_of_which_nothing_is_promised_is_not_kept(tmp_path: Path) -> None:
    """It would be published whole, for it bears a promised name."""
    file = tmp_path / "candidate.parquet"
    duckdb.sql(f"COPY (SELECT {{'ssn': 'x'}} AS s) TO '{file}' (FORMAT parquet)")
    assert promised_part(contract_of({"s": A}), ENGINE.profile(file, (), {}).columns) == ()

"""Which decisions come out otherwise: every application is scored on both twins' feature vectors, and both logs are compared.

Knows the lender's model and policy by `lending.decisioning` alone.
"""

# ruff: noqa: S608 - making SQL is what this is for; names and values go through `identifier` and `literal`
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lending.sql import connect, identifier, literal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

VECTOR: Final = "feature_vector"
LOG: Final = "decision_log"

_SCORED: Final = ("score_value", "dti_back", "inq_6m_value", "annual_income")
_AMOUNT: Final = "requested_amount"

#: An application without a row is a flip when its twin was approved, and so is an approval that has no twin.
_FLIPS: Final = """
    SELECT coalesce(c.id, f.id) AS id, coalesce(c.amount, f.amount) AS amount
    FROM {clean} AS c FULL JOIN {faulty} AS f ON c.id = f.id
    WHERE coalesce(c.decision, 'none') <> coalesce(f.decision, 'none')
        AND (c.decision = 'approve' OR (f.decision IS NOT NULL AND (c.decision IS NOT NULL OR f.decision = 'approve')))
"""


def flipped(clean: Mapping[str, Path | str], faulty: Mapping[str, Path | str]) -> tuple[int, int, float]:
    """(decisions of the clean twin, applications decided otherwise, USD that these asked for; else what they were offered)."""
    with connect() as connection:
        parts = []
        if VECTOR in clean:
            for twin, files in (("clean", clean), ("faulty", faulty)):
                _score(connection, f"{twin}_scored", files.get(VECTOR))
            parts.append(_FLIPS.format(clean="clean_scored", faulty="faulty_scored"))
        if LOG in clean and LOG in faulty:
            for twin, files in (("clean", clean), ("faulty", faulty)):
                _read_log(connection, f"{twin}_logged", files[LOG])
            parts.append(_FLIPS.format(clean="clean_logged", faulty="faulty_logged"))
        if not parts:
            return 0, 0, 0.0
        decided = "clean_scored" if VECTOR in clean else "clean_logged"
        [(decisions,)] = connection.execute(f"SELECT count(DISTINCT id) FROM {decided}").fetchall()
        asked = "clean_scored" if VECTOR in clean else "(SELECT NULL AS id, NULL AS amount WHERE FALSE)"
        each = f"SELECT id, max(amount) AS amount FROM ({' UNION ALL '.join(parts)}) GROUP BY id"
        stake = "SELECT id, any_value(coalesce(asked.amount, each.amount)) AS amount"
        stakes = f"{stake} FROM ({each}) AS each LEFT JOIN {asked} AS asked USING (id) GROUP BY id"
        [(count, usd)] = connection.execute(f"SELECT count(*), coalesce(sum(amount), 0) FROM ({stakes})").fetchall()
        return int(decisions), int(count), float(usd)


def _score(connection: "DuckDBPyConnection", table: str, path: Path | str | None) -> None:
    """Make a table of id, amount and the decision that the lender would make of each vector; an unknown value is NaN."""
    import numpy as np
    import pyarrow as pa

    from lending.decisioning import decide

    if path is None:
        connection.execute(f"CREATE TEMP TABLE {table} (id VARCHAR, amount DOUBLE, decision VARCHAR)")
        return
    source = f"read_parquet({literal(str(path))})"
    there = {name for name, *_ in connection.execute(f"DESCRIBE FROM {source}").fetchall()}
    numbers = ", ".join(f"coalesce({_number(name, there)}, 'nan'::DOUBLE) AS {name}" for name in _SCORED)
    query = f"SELECT application_id AS id, {_number(_AMOUNT, there)} AS amount, {numbers} FROM {source}"
    rows = connection.sql(query).to_arrow_table()
    score, dti, inquiries, income = (np.asarray(rows[name]) for name in _SCORED)
    decided = decide(score, dti, inquiries, income).decision
    scored = pa.table({"id": rows["id"], "amount": rows["amount"], "decision": pa.array(decided)})
    connection.register(f"{table}_rows", scored)
    connection.execute(f"CREATE TEMP TABLE {table} AS FROM {table}_rows")


def _number(name: str, there: set[str]) -> str:
    return f"CAST({identifier(name)} AS DOUBLE)" if name in there else "NULL::DOUBLE"


def _read_log(connection: "DuckDBPyConnection", table: str, path: Path | str) -> None:
    source = f"read_parquet({literal(str(path))})"
    there = {name for name, *_ in connection.execute(f"DESCRIBE FROM {source}").fetchall()}
    decision = "CAST(decision AS VARCHAR)" if "decision" in there else "NULL::VARCHAR"
    query = f"SELECT application_id AS id, {_number('offered_amount', there)} AS amount, {decision} AS decision FROM {source}"
    connection.execute(f"CREATE TEMP TABLE {table} AS {query}")

from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from lending.errors import RoleMissing, ScopeImpossible
from lending.faults import CATALOGUE, plant_file, plant_sql, plant_table
from lending.faults.roles import BINDINGS
from lending.world import World

DAY = date(2026, 3, 4)
Tables = Callable[..., pa.Table]

JOB = """-- a job
CREATE TEMP MACRO same(x) AS x;

WITH all_of AS (FROM rows)
SELECT
    same(application_id) AS application_id, * EXCLUDE (application_id)
    /* :additions */
FROM all_of -- the end
"""


def test_a_bug_in_sql_makes_the_rows_that_the_table_has(tables: Tables) -> None:
    """A drill through the job would plant another fault than one on its candidate."""
    clean, fault = tables("bureau_pull"), CATALOGUE["B3"]
    buggy = plant_sql(fault, JOB, day=DAY, strength=3)
    assert buggy.startswith("-- a job\nCREATE TEMP MACRO same(x) AS x;\n\n")
    assert buggy.count("/* :additions */") == 1
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("rows", clean)
        *preparation, select = connection.extract_statements(buggy)
        for statement in preparation:
            connection.execute(statement)
        made = connection.sql(select.query).to_arrow_table()
    expected = plant_table(fault, clean, day=DAY, strength=3).select(made.column_names)
    assert made.sort_by("pull_id").to_pylist() == expected.sort_by("pull_id").to_pylist()


def test_a_file_gets_the_rows_that_the_table_has(tables: Tables, tmp_path: Path) -> None:
    """Real files would be broken otherwise than the world's tables."""
    pq.write_table(tables("bureau_pulls"), tmp_path / "clean.parquet")
    fault = CATALOGUE["B4"]
    planted = plant_file(fault, tmp_path / "clean.parquet", tmp_path / "faulty.parquet", roles=BINDINGS["bureau_pulls"], day=DAY)
    expected = plant_table(fault, tables("bureau_pulls"), day=DAY)
    assert pq.read_table(tmp_path / "faulty.parquet").to_pylist() == expected.to_pylist()
    assert planted.rows_clean == planted.rows_faulty == expected.num_rows
    assert planted.rows_taken == sum(score == 9005 for score in expected["score_raw"].to_pylist()) > 0


def test_an_impossible_scope_is_told_all_that_is_wrong(tables: Tables) -> None:
    """Mistakes would come to light one at a time."""
    with pytest.raises(ScopeImpossible) as error:
        plant_table(CATALOGUE["B1"], tables("bureau_pulls"), day=DAY, scope={"bureau": "EXP,ABC", "vendor": "x", "hours": "9-99"})
    text = str(error.value)
    assert text.startswith(
        "B1 cannot be confined so:\n  - bureau=EXP,ABC: there is no bureau ABC\n  - vendor=x: it has no such scope\n"
    )
    assert "there is no hours 24, 25" in text
    assert "\nIt can be confined to:\n  - bureau: EFX, EXP, TUC\n" in text


def test_a_lacking_role_is_told_with_the_columns_there_are(tables: Tables) -> None:
    """Somebody with another file would not know what to bind."""
    with pytest.raises(RoleMissing) as error:
        plant_table(CATALOGUE["B12"], tables("bureau_pulls").select(["application_id", "bureau"]), day=DAY)
    assert str(error.value) == (
        "B12 needs columns of these roles, and the table has none:\n"
        "  - purpose: the permissible purpose of the pull\n"
        "  - pull_type: hard, soft, prescreen\n"
        "Columns there are: application_id, bureau.\n"
        "Bind them by name, for example roles={'purpose': 'NAME_OF_A_COLUMN'}."
    )


def test_a_replay_needs_the_day_before(tables: Tables) -> None:
    """Nothing would be replayed, and the fault be called missed."""
    with pytest.raises(RoleMissing, match="replays the day before"):
        plant_table(CATALOGUE["B2"], tables("bureau_pulls"), day=DAY)


def test_a_prescreens_wider_product_is_broken_as_a_whole() -> None:
    """A bureau that does not answer would still say what only the wider product has."""
    tuesday = date(2026, 3, 3)
    clean = World(seed=7, size="prescreen", applications=200).table("bureau_pulls", tuesday)
    bureau = clean["bureau"][0].as_py()
    faulty = plant_table(CATALOGUE["B1"], clean, day=tuesday, strength=3, scope={"bureau": bureau})
    named = {"bureau", "product_code", "product_version", "hit_status", "score_model"}
    asked = {*BINDINGS["bureau_pulls"]["request"]} - {"responded_at"}
    of_one = faulty.filter(pc.equal(faulty["bureau"], bureau))
    assert of_one.num_rows
    assert [name for name in set(clean.column_names) - named - asked if of_one[name].null_count < of_one.num_rows] == []

"""Some rows of a staged file, drawn at random and the same each time, for people who look into a partition later."""

# ruff: noqa: S608 - making SQL is what this is for; names and values go through `identifier` and `text`

from itertools import accumulate
from pathlib import Path
from random import Random

import duckdb

from feature_health.engines.duckdb.connection import Resources, confined, text
from feature_health.engines.duckdb.reasons import reason
from feature_health.errors import EngineFailed

GROUPS_MAX = 3
"""Of a large file only so many row groups are read: 200 rows of all of them would cost as much as one scan of every column."""


def sample(staged: Path, count: int, seed: str, to: Path, resources: Resources) -> None:
    """The port's `sample`. Up to three row groups (some 368,000 rows) every row is as likely; beyond, rows of these alone."""
    source, target = staged.resolve(), to.resolve()
    file = text(str(source))
    with confined(resources, (source, target)) as connection:
        try:
            groups = connection.execute(
                f"SELECT any_value(row_group_num_rows) FROM parquet_metadata({file}) GROUP BY row_group_id ORDER BY row_group_id"
            ).fetchall()
            dice = Random(seed)  # noqa: S311 - nobody gains by guessing which rows
            drawn = ", ".join(map(str, _drawn([rows for (rows,) in groups], count, dice))) or "NULL"
            rows = f"SELECT * EXCLUDE file_row_number FROM read_parquet({file}, file_row_number = true)"
            connection.execute(
                f"COPY ({rows} WHERE file_row_number IN ({drawn})) TO {text(str(target))} (FORMAT parquet, USE_TMP_FILE false)"
            )
        except duckdb.Error as error:
            raise EngineFailed(f"Tried to draw rows of {staged}, but DuckDB could not: {reason(error)}.") from error


def _drawn(groups: list[int], count: int, dice: Random) -> list[int]:
    """Numbers of rows, from 0, in order."""
    ends = list(accumulate(groups))
    chosen = sorted(dice.sample(range(len(groups)), min(GROUPS_MAX, len(groups))))
    numbers = [number for group in chosen for number in range(ends[group] - groups[group], ends[group])]
    return sorted(dice.sample(numbers, min(count, len(numbers))))

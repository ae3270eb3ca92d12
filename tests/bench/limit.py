"""The physical limit: every column of a Parquet file decoded and looked at once, by DuckDB. Prints what it cost.

`max(c)` alone would be answered from the file's footer, so each value is hashed.
"""

import json
import sys
from resource import RUSAGE_SELF, getrusage

import duckdb


def main(path: str) -> None:
    """One scan of the file."""
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        names = [row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM '{path}'").fetchall()]
        before = getrusage(RUSAGE_SELF)
        connection.execute(f"SELECT {', '.join(f'max(hash({name}))' for name in names)} FROM '{path}'").fetchall()
        after = getrusage(RUSAGE_SELF)
    print(json.dumps({"cpu_s": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime}))


if __name__ == "__main__":
    main(sys.argv[1])

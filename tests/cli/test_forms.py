"""The same rows as Parquet, CSV or JSON lines get the same ruling by the real contracts."""

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from tests.cli.command import Answer, call

DAY = "2026-03-03"
JOBS = ("application_intake", "bureau_pull", "income_verification", "dti_join")


def ruled(file: Path, job: str) -> Answer:
    return call("check", file, "--job", job, "--partition", DAY, "--alone", "--json")


def told(answer: Answer) -> list[tuple[str, object, object]]:
    return [(one["type"], one["success"], one["observed"]) for one in answer.json["expectations"]]


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
@pytest.mark.parametrize("job", JOBS)
def test_a_faithful_text_file_is_judged_as_its_parquet(
    candidates: Mapping[tuple[str, str], Path], tmp_path: Path, job: str, suffix: str
) -> None:
    """A vendor who delivers text would be held for it, or pass with other values than were written."""
    parquet, text = candidates[job, DAY], tmp_path / f"delivery.{suffix}"
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'America/New_York'")
        form = "(FORMAT csv, HEADER)" if suffix == "csv" else "(FORMAT json)"
        connection.execute(f"COPY (FROM '{parquet}') TO '{text}' {form}")
    wanted, found = ruled(parquet, job), ruled(text, job)
    assert (wanted.code, found.code) == (0, 0), found.reasons
    assert told(found) == told(wanted)
    assert found.json["rows"] == wanted.json["rows"]


@pytest.mark.parametrize("form", ["csv", "windows.csv", "jsonl"])
def test_text_as_pandas_writes_it_is_judged_as_its_parquet(
    candidates: Mapping[tuple[str, str], Path], tmp_path: Path, form: str
) -> None:
    """Integers with a decimal point, midnights for dates, byte order marks and CRLF are how most deliveries look."""
    parquet, text = candidates["bureau_pull", DAY], tmp_path / f"delivery.{form}"
    frame = pd.read_parquet(parquet)
    match form:
        case "csv":
            frame.to_csv(text, index=False)
        case "windows.csv":
            frame.to_csv(text, index=False, encoding="utf-8-sig", lineterminator="\r\n")
        case "jsonl":
            frame.to_json(text, orient="records", lines=True, date_format="iso")
    wanted, found = ruled(parquet, "bureau_pull"), ruled(text, "bureau_pull")
    assert found.code == 0, found.reasons
    assert told(found) == told(wanted)

"""Writes a day's deliveries into the landing folder, in the format each vendor uses. Knows nothing of what is in them beyond
that.

landing/applications/<day>.parquet          the lender's own intake export
landing/bureau/<day>/EFX.csv                closed by a trailer record that counts the rows
landing/bureau/<day>/EXP.jsonl              score and attributes as nested blocks
landing/bureau/<day>/TUC.parquet
landing/income/<day>.jsonl                  all income vendors, through one aggregator
"""

import csv
import io
import json
from collections.abc import Callable, Collection, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from upath import UPath

from lending.bureau_codes import KIND_OF
from lending.errors import UnknownFault
from lending.world.applicants import applicants
from lending.world.applications import intake
from lending.world.bureau import bureau_records
from lending.world.cut import answered, cut_of, or_pending
from lending.world.faults import FAULTS, DayRecords
from lending.world.income import income_records
from lending.world.records import Record

TRAILER: Final = "TRAILER|rows="

_SCORE_BLOCK: Final = ("score_model", "score_raw")


def deliver(
    day: date,
    *,
    landing: Path | UPath | str,
    seed: int,
    applications: int = 5000,
    faults: Collection[str] = (),
    nights_later: int = 0,
) -> None:
    """Write `day`'s deliveries below `landing`; a plain Thursday brings about `applications` of them.

    What vendors answer after the night's cut is missing or pending; the delivery of a later night has it, and is a new revision.
    The bytes depend on these arguments alone: any day may be made alone, in any order. Raises UnknownFault.
    """
    if unknown := sorted(set(faults) - FAULTS.keys()):
        raise UnknownFault(f"There is no fault named {', '.join(unknown)}; the world knows {', '.join(FAULTS)}.")
    day_records = _clean(day, seed=seed, base=applications, cut=cut_of(day, nights_later=nights_later))
    for name in sorted(faults):  # in one order, whatever order they were asked for in
        day_records = FAULTS[name](day_records)
    for path, content in _files(day_records, UPath(landing), day.isoformat()):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _clean(day: date, *, seed: int, base: int, cut: str) -> DayRecords:
    people = applicants(day, seed=seed, base=base)
    bureau = {name: answered(pulls, cut) for name, pulls in bureau_records(people).items()}
    bureau["EXP"] = [_nested(record) for record in bureau["EXP"]]
    return DayRecords(applications=intake(people), bureau=bureau, income=or_pending(income_records(people), cut))


def _nested(record: Record) -> Record:
    outside = {name: value for name, value in record.items() if name not in _SCORE_BLOCK and name not in KIND_OF}
    return outside | {
        "score": {name: record[name] for name in _SCORE_BLOCK},
        "attributes": {name: record[name] for name in record if name in KIND_OF},
    }


def _files(day_records: DayRecords, landing: UPath, key: str) -> list[tuple[UPath, bytes]]:
    bureau, rows = landing / "bureau" / key, day_records.bureau
    formats: list[tuple[UPath, Callable[[Sequence[Record]], bytes], Sequence[Record]]] = [
        (landing / "applications" / f"{key}.parquet", _parquet, day_records.applications),
        (bureau / "EFX.csv", _csv, rows["EFX"]),
        (bureau / "EXP.jsonl", _json_lines, rows["EXP"]),
        (bureau / "TUC.parquet", _parquet, rows["TUC"]),
        (landing / "income" / f"{key}.jsonl", _json_lines, day_records.income),
    ]
    return [
        (path, to_bytes(records)) for path, to_bytes, records in formats if records
    ]  # a vendor that was not asked sends no file


def _csv(rows: Sequence[Record]) -> bytes:
    """Comma-separated with a header; the last line counts the rows before it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(rows[0])
    writer.writerows(row.values() for row in rows)
    text.write(f"{TRAILER}{len(rows)}\n")
    return text.getvalue().encode()


def _json_lines(rows: Sequence[Record]) -> bytes:
    return "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows).encode()


def _parquet(rows: Sequence[Record]) -> bytes:
    """Times, amounts and numbers typed, as a warehouse export has them."""
    import pyarrow as pa  # pyarrow costs a quarter of a second, and faults and draws are useful without it
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    table = pa.Table.from_pylist(list(rows))
    for position, name in enumerate(table.column_names):
        if name.endswith("_at"):
            parsed = pc.assume_timezone(
                pc.strptime(pc.utf8_slice_codeunits(table[name], 0, 19), "%Y-%m-%dT%H:%M:%S", "us"), "UTC"
            )
            table = table.set_column(position, name, parsed)
        elif name.endswith(("_amount", "_income", "_stated")):
            table = table.set_column(position, name, table[name].cast(pa.decimal128(14, 2)))
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue()

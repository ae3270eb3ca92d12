"""Writes a day's deliveries into the landing folder, in the format each vendor uses. Knows nothing of what is in them beyond
that.

landing/applications/<day>.parquet          the lender's own intake export
landing/bureau/<day>/EFX.csv                closed by a trailer record that counts the rows
landing/bureau/<day>/EXP.jsonl              score and attributes as nested blocks
landing/bureau/<day>/TUC.parquet           for a mail drop this one alone, however many millions
landing/income/<day>.jsonl                  all income vendors, through one aggregator
landing/paystubs/<day>.jsonl                the paystubs behind them
landing/bank_income/<day>.parquet
landing/decisions/<day>.parquet             the lender's own log, closed on the morning after
landing/outcomes/<day>.csv                  the servicer's tape, closed by a trailer record
"""

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from upath import UPath

from lending.bureau_codes import BUREAUS, KIND_OF
from lending.world.cut import answered, cut_of, or_pending
from lending.world.prescreen import BUREAU
from lending.world.text import csv, json_lines
from lending.world.world import World

if TYPE_CHECKING:
    from lending.world.text import Blocks

TRAILER: Final = "TRAILER|rows="

_BUREAU_BLOCKS: Final = {"score": ("score_model", "score_raw"), "attributes": tuple(KIND_OF)}
_INCOME_BLOCKS: Final = ("employment", "pay_rate", "ytd", "paystub", "bank")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file of a delivery: its rows, and how many the vendor says it sent."""

    path: UPath
    rows: pa.Table
    sent: int


def deliver(
    world: World,
    day: date,
    landing: Path | UPath | str,
    *,
    nights_later: int = 0,
    changed: Mapping[str, pa.Table] = MappingProxyType({}),
) -> None:
    """Write the day's deliveries below `landing`.

    What vendors answer after the night's cut is missing or pending; the delivery of a later night has it, and is a new revision.
    Tables in `changed` (by the world's name) take the place of clean ones `as_delivered`, with whatever columns they have; what a
    file says of itself (its trailer) is always of the clean one. A vendor that was not asked sends no file. Raises
    DayOutsideWorld.
    """
    if world.size == "prescreen":
        _stream(
            iter([changed["bureau_pulls"]]) if "bureau_pulls" in changed else world.pulls(day), _list_file(UPath(landing), day)
        )
        return
    cut = cut_of(day, nights_later=nights_later)
    for name, split in _FEEDS.items():
        clean = as_delivered(world, name, day, nights_later=nights_later)
        for part in split(clean, changed.get(name, clean), UPath(landing), day.isoformat(), cut):
            if part.sent:
                part.path.parent.mkdir(parents=True, exist_ok=True)
                part.path.write_bytes(_FORMATS[part.path.suffix](name, part))


def as_delivered(world: World, name: str, day: date, *, nights_later: int = 0) -> pa.Table:
    """A table as its vendor knew it when the night was cut: what a fault of a delivery changes, and never more than that."""
    table = world.table(name, day)
    return or_pending(table, cut_of(day, nights_later=nights_later)) if name == "income_verifications" else table


def _list_file(landing: UPath, day: date) -> UPath:
    return landing / "bureau" / day.isoformat() / f"{BUREAU}.parquet"


def _stream(parts: Iterator[pa.Table], to: UPath) -> None:
    """Write the parts to one Parquet file as they come, so that no more than one is in memory."""
    first = next(parts).drop_columns(["bureau"])
    to.parent.mkdir(parents=True, exist_ok=True)
    with to.open("wb") as sink, pq.ParquetWriter(sink, first.schema, compression="zstd") as writer:
        writer.write_table(first)
        del first  # or it would be in memory beside all that follow
        for part in parts:
            writer.write_table(part.drop_columns(["bureau"]))


def _applications(clean: pa.Table, rows: pa.Table, landing: UPath, key: str, _: pa.Scalar) -> list[Part]:
    return [Part(path=landing / "applications" / f"{key}.parquet", rows=rows, sent=len(clean))]


def _bureaus(clean: pa.Table, rows: pa.Table, landing: UPath, key: str, cut: pa.Scalar) -> list[Part]:
    """Each bureau's own file; the name of the bureau is the file's."""
    files = dict(zip(BUREAUS, ("EFX.csv", "EXP.jsonl", "TUC.parquet"), strict=True))
    return [
        Part(
            path=landing / "bureau" / key / file,
            rows=_of_bureau(answered(rows, "received_at", cut), bureau),
            sent=len(_of_bureau(answered(clean, "received_at", cut), bureau)),
        )
        for bureau, file in files.items()
    ]


def _of_bureau(pulls: pa.Table, bureau: str) -> pa.Table:
    return pulls.filter(pc.equal(pulls["bureau"], bureau)).drop_columns(["bureau"])


def _income(clean: pa.Table, rows: pa.Table, landing: UPath, key: str, _: pa.Scalar) -> list[Part]:
    return [Part(path=landing / "income" / f"{key}.jsonl", rows=rows, sent=len(clean))]


def _paystubs(clean: pa.Table, rows: pa.Table, landing: UPath, key: str, cut: pa.Scalar) -> list[Part]:
    """Those behind what had been answered by the cut."""
    sent = len(answered(clean, "delivered_at", cut))
    return [Part(path=landing / "paystubs" / f"{key}.jsonl", rows=answered(rows, "delivered_at", cut), sent=sent)]


def _bank_income(clean: pa.Table, rows: pa.Table, landing: UPath, key: str, cut: pa.Scalar) -> list[Part]:
    sent = len(answered(clean, "delivered_at", cut))
    return [Part(path=landing / "bank_income" / f"{key}.parquet", rows=answered(rows, "delivered_at", cut), sent=sent)]


def _decisions(clean: pa.Table, rows: pa.Table, landing: UPath, key: str, _: pa.Scalar) -> list[Part]:
    return [Part(path=landing / "decisions" / f"{key}.parquet", rows=rows, sent=len(clean))]


def _outcomes(clean: pa.Table, rows: pa.Table, landing: UPath, key: str, _: pa.Scalar) -> list[Part]:
    return [Part(path=landing / "outcomes" / f"{key}.csv", rows=rows, sent=len(clean))]


_Split = Callable[[pa.Table, pa.Table, UPath, str, pa.Scalar], list[Part]]
_FEEDS: Final[Mapping[str, _Split]] = MappingProxyType(
    {
        "applications": _applications,
        "bureau_pulls": _bureaus,
        "income_verifications": _income,
        "paystubs": _paystubs,
        "bank_income": _bank_income,
        "decisions": _decisions,
        "outcomes": _outcomes,
    }
)
"""What of the world is delivered as files, and how it is split into them."""


def _blocks(name: str, columns: list[str]) -> "Blocks":
    """Block of a JSON record -> field in it -> column."""
    if name == "bureau_pulls":
        return {block: {it: it for it in fields if it in columns} for block, fields in _BUREAU_BLOCKS.items()}
    if name != "income_verifications":
        return {}
    prefixed = {block: [it for it in columns if it.startswith(f"{block}_")] for block in _INCOME_BLOCKS}
    return {block: {it.removeprefix(f"{block}_"): it for it in fields} for block, fields in prefixed.items() if fields}


def _csv(_: str, part: Part) -> bytes:
    """Comma-separated with a header; the last line counts the rows that the vendor sent."""
    return csv(part.rows) + f"{TRAILER}{part.sent}\n".encode()


def _json_lines(name: str, part: Part) -> bytes:
    return json_lines(part.rows, _blocks(name, part.rows.column_names))


def _parquet(_: str, part: Part) -> bytes:
    """Times, amounts and numbers typed, as a warehouse export has them."""
    sink = io.BytesIO()
    pq.write_table(part.rows, sink, compression="zstd")
    return sink.getvalue()


_FORMATS: Final[Mapping[str, Callable[[str, Part], bytes]]] = MappingProxyType(
    {".csv": _csv, ".jsonl": _json_lines, ".parquet": _parquet}
)

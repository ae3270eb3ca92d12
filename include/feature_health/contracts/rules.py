"""What must hold between the parts of a contract file.

The rules read the plain tree, which may be malformed: where a part is not of its shape they are silent, since that is reported
already. So one reading finds all faults at once.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, get_args
from zoneinfo import ZoneInfo, available_timezones

from feature_health.contracts.column_rules import COLUMN_RULES
from feature_health.contracts.contract import ColumnType
from feature_health.contracts.document import Document
from feature_health.contracts.faults import Fault, Path, Plain
from feature_health.contracts.shared import Shared

Rule = Callable[[Document, Shared], Iterator[Fault]]
_NO_NUMBERS = frozenset(get_args(ColumnType)) - {"integer", "decimal"}
_NO_TIMES = frozenset(get_args(ColumnType)) - {"date", "timestamp"}


def broken_rules(document: Document, shared: Shared) -> tuple[Fault, ...]:
    """Every fault that any rule finds."""
    return tuple(fault for rule in RULES for fault in rule(document, shared))


def columns_in(tree: Plain) -> Mapping[str, Mapping[str, Any]]:
    """The columns of a contract's tree as far as they are of the right form; a malformed one is there, but empty."""
    columns = _mapping(tree, "columns")
    return {name: column if isinstance(column, dict) else {} for name, column in columns.items()}


def _mapping(tree: Plain, key: str) -> Mapping[str, Any]:
    part = tree.get(key) if isinstance(tree, dict) else None
    return part if isinstance(part, dict) else {}


def _list(tree: Plain, key: str) -> list[Any]:
    part = tree.get(key) if isinstance(tree, dict) else None
    return part if isinstance(part, list) else []


def tier_exists(document: Document, shared: Shared) -> Iterator[Fault]:
    """The tier is one of defaults.yaml."""
    tier = document.tree.get("tier")
    if shared.defaults and type(tier) is int and tier not in shared.defaults.policies:
        known = ", ".join(str(each) for each in sorted(shared.defaults.policies))
        yield document.fault(("tier",), found=tier, message=f"defaults.yaml knows the tiers {known}")


def timezone_exists(document: Document, _: Shared) -> Iterator[Fault]:
    """The time zone is in the IANA database."""
    name = _mapping(document.tree, "partition").get("timezone")
    if isinstance(name, str) and name and not _is_zone(name):
        yield document.unknown(
            ("partition", "timezone"), name, available_timezones(), what="an IANA time zone, such as America/New_York"
        )


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, not a name at all, a folder of the database
        return False
    return True


def key_is_promised(document: Document, _: Shared) -> Iterator[Fault]:
    """Every key column is promised, once, and never null."""
    columns, key = columns_in(document.tree), _list(document.tree, "key")
    for position, name in enumerate(key):
        if not isinstance(name, str):
            continue
        if name not in columns:
            yield document.unknown(("key", position), name, tuple(columns), what="one of the columns")
        elif columns[name] and columns[name].get("nulls") not in ("never", 0):
            message = "a key column must say `nulls: never`"
            yield document.fault(("columns", name, "nulls"), found=columns[name].get("nulls"), message=message)
        if name in key[:position]:
            yield document.fault(("key", position), found=name, message="stands in the key twice")


def units_exist(document: Document, shared: Shared) -> Iterator[Fault]:
    """Every unit is of defaults.yaml's list."""
    for name, column in columns_in(document.tree).items():
        unit = column.get("unit")
        if shared.defaults and isinstance(unit, str) and unit not in shared.defaults.units:
            yield document.unknown(("columns", name, "unit"), unit, shared.defaults.units, what="one of defaults.yaml's units")


def codes_exist(document: Document, shared: Shared) -> Iterator[Fault]:
    """Every code table is there, and stands at a column of numbers."""
    for name, column in columns_in(document.tree).items():
        table, place = column.get("codes"), ("columns", name, "codes")
        if isinstance(table, str) and table not in shared.known:
            yield document.unknown(place, table, shared.known, what="one of the tables in codes/")
        if isinstance(table, str) and column.get("type") in _NO_NUMBERS:
            yield document.fault(place, message=f"special codes are numbers, but the column is promised as {column['type']}")


def rows_have_room(document: Document, _: Shared) -> Iterator[Fault]:
    """The floor of the row count is not above its ceiling."""
    rows = _mapping(document.tree, "rows")
    low, high = rows.get("row_count_min"), rows.get("row_count_max")
    if isinstance(low, int) and isinstance(high, int) and low > high:
        yield document.fault(("rows", "row_count_max"), found=high, message=f"is below row_count_min ({low})")


def period_column_is_promised(document: Document, _: Shared) -> Iterator[Fault]:
    """The column that must lie in the partition's period is promised and holds dates."""
    columns, name = columns_in(document.tree), _mapping(document.tree, "partition").get("column")
    place = ("partition", "column")
    if isinstance(name, str) and name not in columns:
        yield document.unknown(place, name, tuple(columns), what="one of the columns")
    elif isinstance(name, str) and columns[name].get("type") not in (None, "date"):
        yield document.fault(place, found=name, message=f"is {columns[name]['type']}; name a column of type date")


def freshness_is_promised(document: Document, _: Shared) -> Iterator[Fault]:
    """The freshness column is promised and holds dates or times."""
    columns, name = columns_in(document.tree), _mapping(document.tree, "freshness").get("column")
    place = ("freshness", "column")
    if not isinstance(name, str):
        return
    if name not in columns:
        yield document.unknown(place, name, tuple(columns), what="one of the columns")
    elif columns[name].get("type") in _NO_TIMES:
        yield document.fault(
            place, found=name, message=f"must be a date or timestamp, but is promised as {columns[name]['type']}"
        )


def segments_are_promised(document: Document, _: Shared) -> Iterator[Fault]:
    """Every column that cuts a partition into segments is promised, once, and can have few values."""
    columns, key = columns_in(document.tree), _list(document.tree, "key")
    segments = _list(_mapping(document.tree, "divert"), "segments")
    for position, name in enumerate(segments):
        place = ("divert", "segments", position)
        if not isinstance(name, str):
            continue
        if name not in columns:
            yield document.unknown(place, name, tuple(columns), what="one of the columns")
        elif columns[name].get("type") in {"decimal", "date", "timestamp"}:
            yield document.fault(
                place, found=name, message=f"is {columns[name]['type']}; name columns of few values, such as state"
            )
        elif key == [name]:
            yield document.fault(place, found=name, message="names single rows; name columns of few values, such as state")
        if name in segments[:position]:
            yield document.fault(place, found=name, message="is named twice")


def segments_have_room(document: Document, _: Shared) -> Iterator[Fault]:
    """No segment may lose a smaller share of its rows than the whole may: then hardly anything could be diverted."""
    divert = _mapping(document.tree, "divert")
    whole, segment = divert.get("row_share_max"), divert.get("segment_share_max")
    if isinstance(whole, int | float) and isinstance(segment, int | float) and segment < whole:
        yield document.fault(("divert", "segment_share_max"), found=segment, message=f"is below row_share_max ({whole})")


def inputs_are_others(document: Document, _: Shared) -> Iterator[Fault]:
    """A job waits for other jobs, each once."""
    inputs = _list(document.tree, "inputs")
    for position, name in enumerate(inputs):
        if name == document.tree.get("job"):
            yield document.fault(("inputs", position), found=name, message="a job cannot wait for itself")
        if name in inputs[:position]:
            yield document.fault(("inputs", position), found=name, message="is named twice")


def expectations_are_single(document: Document, _: Shared) -> Iterator[Fault]:
    """Each entry holds one expectation, and no two entries say the same."""
    entries = _list(document.tree, "expectations")
    for position, entry in enumerate(entries):
        place = ("expectations", position)
        if isinstance(entry, dict) and len(entry) != 1:
            names = ", ".join(list(entry)[:5]) or "nothing"
            yield document.fault(place, message=f"one expectation per list entry, `- type: {{arguments}}`; here are {names}")
        if isinstance(entry, dict) and entry in entries[:position]:
            first = document.line(("expectations", entries.index(entry)))
            yield document.fault(place, message=f"says the same as the one on line {first}; keep one of them")


def consumers_read_what_is_promised(document: Document, _: Shared) -> Iterator[Fault]:
    """Every column that a consumer reads is promised, and named once."""
    columns = columns_in(document.tree)
    for consumer, given in _mapping(document.tree, "consumers").items():
        read = _list(given, "columns")
        for position, name in enumerate(read):
            place = ("consumers", consumer, "columns", position)
            if isinstance(name, str) and name not in columns:
                yield document.unknown(place, name, tuple(columns), what="one of the columns")
            if name in read[:position]:
                yield document.fault(place, found=name, message="is named twice")


def nothing_is_empty(document: Document, _: Shared) -> Iterator[Fault]:
    """A key without a value was meant to have one: most often it begins with '#' and is not quoted, which makes it a comment."""
    parts = {name: part for name, part in document.tree.items() if name not in {"expectations", "suite"}}
    for path in _empty(parts, ()):
        yield document.fault(path, message="has no value; quote it if it begins with '#', or leave the key out")


def _empty(part: Plain, path: Path) -> Iterator[Path]:
    if part is None:
        yield path
    inner = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for name, value in inner:
        yield from _empty(value, (*path, name))


RULES: tuple[Rule, ...] = (
    tier_exists,
    timezone_exists,
    key_is_promised,
    units_exist,
    codes_exist,
    *COLUMN_RULES,
    consumers_read_what_is_promised,
    rows_have_room,
    period_column_is_promised,
    freshness_is_promised,
    segments_are_promised,
    segments_have_room,
    inputs_are_others,
    expectations_are_single,
    nothing_is_empty,
)

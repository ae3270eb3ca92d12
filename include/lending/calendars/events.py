"""The lender's own table of events: what it plans or is told of, on which days, and since when it knows.

Read from a YAML list or a CSV file with a header, by whoever maintains it. Knows nothing of weekdays or holidays.
"""

import csv
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import Final, Literal, cast, get_args

from lending.errors import CalendarEventsInvalid

EventKind = Literal["campaign", "freeze", "vendor_maintenance", "batch_window", "policy_change", "closure", "vendor_outage"]
KINDS: Final[tuple[EventKind, ...]] = get_args(EventKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEvent:
    """What happens from `first_day` to `last_day`, both included, in the lender's own time zone.

    `factor` multiplies the applications of each of these days (1.0 changes nothing); `known_at`, aware, is when the lender had
    it in its table, so that nobody explains a day by what was written down afterwards. A `closure` makes its days no business
    days.
    """

    id: str
    kind: EventKind
    first_day: date
    last_day: date
    known_at: datetime
    factor: float = 1.0
    about: str = ""

    def covers(self, day: date) -> bool:
        """Whether `day` is one of its days."""
        return self.first_day <= day <= self.last_day


_FIELDS: Final = tuple(field.name for field in fields(CalendarEvent))
_OPTIONAL: Final = ("factor", "about")
_READERS: Final = {".yaml": "YAML", ".yml": "YAML", ".csv": "CSV"}


def read_events(path: Path) -> tuple[CalendarEvent, ...]:
    """The events of the file in its order; raises CalendarEventsInvalid, which lists everything that is wrong with it at once."""
    rows = _rows(path)
    faults = [fault for place, row in enumerate(rows, start=1) for fault in _faults(_name_of(row, place), row)]
    faults += [f"{name}: {count} events have this id; give each its own" for name, count in _ids(rows).items() if count > 1]
    if faults:
        raise CalendarEventsInvalid(f"The events in {path} cannot be used:\n" + "\n".join(f"  - {fault}" for fault in faults))
    return tuple(_event(row) for row in rows)


def _rows(path: Path) -> list[dict[str, str]]:
    """Every event as the text of its fields, empty ones left out."""
    if path.suffix not in _READERS:
        raise CalendarEventsInvalid(f"Events are read from {', '.join(_READERS)}, and {path} is none of these.")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CalendarEventsInvalid(f"Tried to read the lender's events from {path} and could not: {error}") from error
    rows = _of_csv(text) if path.suffix == ".csv" else _of_yaml(text, path)
    return [{str(name): str(value).strip() for name, value in row.items() if str(value or "").strip()} for row in rows]


def _of_csv(text: str) -> list[Mapping[str, object]]:
    return [dict(row) for row in csv.DictReader(text.splitlines(), restkey="(beyond the headings)")]


def _of_yaml(text: str, path: Path) -> list[Mapping[str, object]]:
    import yaml  # most calendars have no file, and it costs 20 ms

    try:
        loaded = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise CalendarEventsInvalid(f"{path} is no YAML: {error}") from error
    rows = [] if loaded is None else loaded
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise CalendarEventsInvalid(f"{path} must be a list of events, each with {', '.join(_FIELDS)}.")
    return rows


def _name_of(row: Mapping[str, str], place: int) -> str:
    return f"event {place} ({row['id']})" if "id" in row else f"event {place}"


def _ids(rows: Sequence[Mapping[str, str]]) -> Counter[str]:
    return Counter(row["id"] for row in rows if "id" in row)


def _faults(name: str, row: Mapping[str, str]) -> Iterator[str]:
    for field in _FIELDS:
        if field not in row and field not in _OPTIONAL:
            yield f"{name}: {field} is missing"
    for field in row:
        if field not in _FIELDS:
            yield f"{name}: there is no field {field!r}; the fields are {', '.join(_FIELDS)}"
    if row.get("kind", KINDS[0]) not in KINDS:
        yield f"{name}: kind {row['kind']!r} is none of {', '.join(KINDS)}"
    yield from _faults_of_days(name, row)
    if "known_at" in row and not _is_instant(row["known_at"]):
        yield f"{name}: known_at {row['known_at']!r} is no instant with its zone, such as 2026-03-02T09:00:00-05:00"
    if not _is_factor(row.get("factor", "1")):
        yield f"{name}: factor {row['factor']!r} is no number above 0"


def _faults_of_days(name: str, row: Mapping[str, str]) -> Iterator[str]:
    days = {}
    for field in ("first_day", "last_day"):
        try:
            days[field] = date.fromisoformat(row[field]) if field in row else None
        except ValueError:
            yield f"{name}: {field} {row[field]!r} is no day such as 2026-03-02"
    first, last = days.get("first_day"), days.get("last_day")
    if first and last and first > last:
        yield f"{name}: first_day {first} is after last_day {last}"


def _is_instant(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _is_factor(text: str) -> bool:
    try:
        return math.isfinite(float(text)) and float(text) > 0
    except ValueError:
        return False


def _event(row: Mapping[str, str]) -> CalendarEvent:
    return CalendarEvent(
        id=row["id"],
        kind=cast("EventKind", row["kind"]),
        first_day=date.fromisoformat(row["first_day"]),
        last_day=date.fromisoformat(row["last_day"]),
        known_at=datetime.fromisoformat(row["known_at"]),
        factor=float(row.get("factor", "1")),
        about=row.get("about", ""),
    )

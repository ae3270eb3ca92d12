import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from lending.calendars import BusinessCalendar, CalendarEvent, lender_calendar, us_lender
from lending.calendars.business import EVENTS
from lending.calendars.events import read_events
from lending.errors import CalendarEventsInvalid

MAIL = CalendarEvent(
    id="spring-mail",
    kind="campaign",
    first_day=date(2026, 3, 9),
    last_day=date(2026, 3, 15),
    known_at=datetime(2026, 3, 2, 14, tzinfo=UTC),
    factor=1.6,
)
AS_YAML = """
- {id: spring-mail, kind: campaign, first_day: 2026-03-09, last_day: 2026-03-15, known_at: 2026-03-02T09:00:00-05:00, factor: 1.6}
- id: move
  kind: closure
  first_day: 2026-03-11
  last_day: 2026-03-11
  known_at: 2026-03-11T23:59:59-04:00
  about: Offices move
"""
AS_CSV = """id,kind,first_day,last_day,known_at,factor,about
spring-mail,campaign,2026-03-09,2026-03-15,2026-03-02T09:00:00-05:00,1.6,
move,closure,2026-03-11,2026-03-11,2026-03-11T23:59:59-04:00,,Offices move
"""


def test_a_campaign_multiplies_its_days_and_is_named() -> None:
    """The day of a mail drop would be held for having twice the rows, and nobody would be told why it was not."""
    calendar = BusinessCalendar(events=(MAIL,))
    assert calendar.factor(date(2026, 3, 12)) == (1.6, "Thursday ×1.00, campaign spring-mail ×1.60")
    assert calendar.factor(date(2026, 3, 16)) == (1.12, "Monday ×1.12")


def test_what_was_written_down_afterwards_explains_nothing() -> None:
    """A replay of the past would know of events that nobody had told the lender of."""
    calendar = BusinessCalendar(events=(MAIL,))
    day = date(2026, 3, 9)
    assert calendar.factor(day, as_of=datetime(2026, 3, 2, 14, tzinfo=UTC))[0] == pytest.approx(1.792)
    assert calendar.factor(day, as_of=datetime(2026, 3, 2, 13, 59, tzinfo=UTC)) == (1.12, "Monday ×1.12")


def test_by_default_a_day_knows_what_was_known_at_its_end_in_the_lenders_time() -> None:
    """An event recorded in the evening in New York would not count, or one of the next morning would."""
    last_minute = datetime(2026, 3, 10, 3, 59, tzinfo=UTC)  # still 9 March in New York
    for known_at, factor in ((last_minute, 1.792), (datetime(2026, 3, 10, 4, 1, tzinfo=UTC), 1.12)):
        event = CalendarEvent(
            id="x", kind="campaign", first_day=MAIL.first_day, last_day=MAIL.last_day, known_at=known_at, factor=1.6
        )
        assert BusinessCalendar(events=(event,)).factor(MAIL.first_day)[0] == pytest.approx(factor)


@pytest.mark.parametrize(("name", "text"), [("events.yaml", AS_YAML), ("events.csv", AS_CSV)])
def test_events_are_read_from_either_format(tmp_path: Path, name: str, text: str) -> None:
    """A lender that keeps its events in a spreadsheet could not use them."""
    (tmp_path / name).write_text(text)
    events = read_events(tmp_path / name)
    assert events[0] == MAIL
    assert (events[1].factor, events[1].about) == (1.0, "Offices move")
    calendar = BusinessCalendar(events=events)
    assert calendar.holiday_name("lender", date(2026, 3, 11)) == "move"
    assert calendar.is_business_day("us_federal", date(2026, 3, 11))
    assert calendar.factor(date(2026, 3, 11)) == (1.664, "Wednesday ×1.04, campaign spring-mail ×1.60")


def test_everything_wrong_with_the_file_is_said_at_once(tmp_path: Path) -> None:
    """Whoever maintains the table would mend it one message at a time, while the gate stands still."""
    path = tmp_path / "events.yaml"
    path.write_text("""
- {id: a, kind: campain, first_day: 2026-03-15, last_day: 2026-03-09, known_at: 2026-03-02T09:00:00, factor: -1}
- {id: a, kind: freeze, first_day: soon, last_day: 2026-03-09, colour: red}
""")
    with pytest.raises(CalendarEventsInvalid) as refused:
        read_events(path)
    for part in (
        "event 1 (a): kind 'campain' is none of campaign, freeze,",
        "event 1 (a): first_day 2026-03-15 is after last_day 2026-03-09",
        "event 1 (a): known_at '2026-03-02 09:00:00' is no instant with its zone",
        "event 1 (a): factor '-1' is no number above 0",
        "event 2 (a): known_at is missing",
        "event 2 (a): there is no field 'colour'; the fields are id, kind, first_day, last_day, known_at, factor, about",
        "event 2 (a): first_day 'soon' is no day",
        "a: 2 events have this id",
    ):
        assert part in str(refused.value)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("events.yaml", "campaigns: {}", "must be a list of events"),
        ("events.yaml", "[", "is no YAML"),
        ("events.txt", "", "none of these"),
        ("events.yaml", b"\xff", "could not"),
        ("events.csv", "id,kind\na,b,c\n", "beyond the headings"),
    ],
)
def test_a_file_of_another_form_is_refused(tmp_path: Path, name: str, text: str | bytes, message: str) -> None:
    """A damaged table would count as a table without events."""
    (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(CalendarEventsInvalid, match=message):
        read_events(tmp_path / name)


def test_the_calendar_of_contracts_includes_the_named_file_and_its_edits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An expectation would go on with yesterday's table of events until somebody restarts a process."""
    path = tmp_path / "events.csv"
    path.write_text(AS_CSV)
    monkeypatch.setenv(EVENTS, str(path))
    assert us_lender(date(2026, 3, 12))[0] == pytest.approx(1.6)
    path.write_text(AS_CSV.replace("1.6", "2.0"))
    os.utime(path, ns=(1, 1))
    assert us_lender(date(2026, 3, 12))[0] == pytest.approx(2.0)
    monkeypatch.delenv(EVENTS)
    assert us_lender(date(2026, 3, 12))[0] == 1.0


@pytest.mark.parametrize(("value", "message"), [("events.csv", "a relative path"), ("/nowhere/events.csv", "No such file")])
def test_a_named_file_that_is_not_there_is_an_error(value: str, message: str) -> None:
    """A mistyped path would judge every campaign as if nobody had announced it."""
    with pytest.raises(CalendarEventsInvalid, match=message):
        lender_calendar({EVENTS: value})

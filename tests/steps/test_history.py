"""What a job's ledger gives as history, by the contract and the calendar of today."""

from dataclasses import dataclass, replace
from datetime import date
from typing import cast

import pytest

from feature_health.contracts.contract import Contract, ExpectationSpec
from feature_health.errors import CallerError
from feature_health.ports import LedgerReader
from feature_health.profiles.history import NO_HISTORY
from feature_health.profiles.partition import PartitionId, RevisionId
from feature_health.profiles.profile import Profile
from feature_health.records import Accepted
from feature_health.steps.history import history_before, volume
from tests.checks.delivered import good_contract

KEYS = ("2026-02", "2026-02-28", "2026-03-01")
CALENDARS = {"us_lender": lambda day: (0.72, "Sunday") if day.weekday() == 6 else (1.0, "")}


@dataclass
class Remembering:
    """A ledger that has the keys, and remembers for how many it was asked."""

    asked: int = 0

    def history(self, partition: PartitionId, limit: int) -> tuple[Accepted, ...]:
        """All of them."""
        self.asked = limit
        ids = (RevisionId(job=partition.job, key=key, number=1) for key in KEYS)
        return tuple(Accepted(revision=id, sha256=id.key, profile=Profile(engine="by hand")) for id in ids)


def looking_back(window: int | None) -> Contract:
    """A contract with one check that looks back so far, or none."""
    spec = ExpectationSpec(type="expect_delivery_not_seen_before", kwargs={"window": window})
    return replace(good_contract(), expectations=(spec,) if window else ())


def test_days_are_no_longer_compared_with_months_and_each_has_its_volume() -> None:
    """A job that changed from monthly to daily files would stop, or hold a day's rows against a month's."""
    ledger = Remembering()
    contract = looking_back(9)
    history = history_before(cast("LedgerReader", ledger), CALENDARS, contract, PartitionId(job=contract.job, key="2026-03-02"))
    assert [(each.first_day, each.volume) for each in history.past] == [(date(2026, 2, 28), 1.0), (date(2026, 3, 1), 0.72)]
    assert ledger.asked == 9


def test_a_contract_that_does_not_look_back_reads_nothing() -> None:
    """Every judgement would pay for fifty profiles that nobody looks at."""
    ledger = Remembering()
    contract = looking_back(None)
    asked = history_before(cast("LedgerReader", ledger), CALENDARS, contract, PartitionId(job=contract.job, key="2026-03-02"))
    assert (asked, ledger.asked) == (NO_HISTORY, 0)


def test_a_calendar_that_cannot_answer_says_so_to_whoever_asked() -> None:
    """A mistake in the lender's table of events would look like a fault of the platform."""

    def broken(day: date) -> tuple[float, str]:
        raise ValueError(f"event 3 of {day:%Y}: last_day is missing")

    with pytest.raises(
        CallerError, match=r"'us_lender', by which the rows of .* cannot answer: event 3 of 2026: last_day is missing"
    ):
        volume({"us_lender": broken}, good_contract(), "2026-03-02")

"""Parsing, words and annualisation of the income vendors' records."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from lending.jobs import income_verification
from lending.settings import Settings

Rows = Callable[..., list[tuple[Any, ...]]]
KEY = "2026-03-04"


def _record(**changes: Any) -> dict[str, Any]:
    pay = {"amount": "1607.63", "currency": "USD", "period": "bi-weekly"} | changes.pop("pay", {})
    return {
        "id": "v1", "reference": "a1", "consumer_key": "c1", "vendor": "employer_db", "method": "instant", "status": "completed",
        "employment": {"status": "active", "hire_date": "2020-01-02"}, "hours_per_week": None, "annual_gross": "41798.38",
        "stated_annual_income": "43000", "document_date": "2026-03-01",
        "ordered_at": "2026-03-04T15:00:00Z", "verified_at": "2026-03-04T15:01:00Z", "delivered_at": "2026-03-04T15:02:00Z",
        "pay_rate": pay, **changes,
    }  # fmt: skip


def _candidate(lender: Settings, look: Rows, what: str, *records: dict[str, Any]) -> list[tuple[Any, ...]]:
    (lender.landing / "income").mkdir(exist_ok=True)
    (lender.landing / "income" / f"{KEY}.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    return look(f"SELECT {what} FROM candidate ORDER BY ALL", candidate=income_verification.run(KEY, settings=lender))


SPELLINGS = {
    "weekly": ("weekly", 52), "Weekly": ("weekly", 52), "bi-weekly": ("biweekly", 26), "EVERY_TWO_WEEKS": ("biweekly", 26),
    "SEMIMONTHLY": ("semimonthly", 24), "Semi-Monthly": ("semimonthly", 24), "MONTHLY": ("monthly", 12),
    "annually": ("annual", 1),
    "ANNUAL": ("annual", 1), "Yearly": ("annual", 1), "hourly": ("hourly", 1560),
}  # fmt: skip


def test_a_period_is_known_in_every_spelling(lender: Settings, look: Rows) -> None:
    """Incomes of one vendor would be off by a factor, or missing."""
    records = [_record(id=f"V{word}", pay={"amount": "100.00", "period": word}, hours_per_week="30.00") for word in SPELLINGS]
    found = _candidate(lender, look, "verification_id, pay_period, verified_annual_income", *records)
    assert found == sorted((f"v{word}".lower(), period, Decimal(100 * k)) for word, (period, k) in SPELLINGS.items())


def test_a_new_word_passes_through_and_gives_no_income(lender: Settings, look: Rows) -> None:
    """A vendor's new spelling would be guessed, or vanish before the gate could name it."""
    record = _record(pay={"period": "EVERY_SIX_MONTHS"}, status="Re-Verified", employment={"status": "gig", "hire_date": None})
    found = _candidate(lender, look, "pay_period, status, employment_status, verified_annual_income", record)
    assert found == [("EVERY_SIX_MONTHS", "re_verified", "gig", None)]


AMOUNTS = {"1607.63": "1607.63", "1,607.63": "1607.63", " 42 ": "42.00", "1.607,63": None, "16,07": None, "n/a": None, "": None}


def test_amounts_are_parsed_or_left_empty(lender: Settings, look: Rows) -> None:
    """A German-style amount would become a thousandth or a thousandfold."""
    records = [_record(id=str(position), pay={"amount": amount}) for position, amount in enumerate(AMOUNTS)]
    found = _candidate(lender, look, "verification_id::INTEGER, pay_amount", *records)
    assert [amount for _, amount in found] == [Decimal(amount) if amount else None for amount in AMOUNTS.values()]


def test_hours_are_never_assumed(lender: Settings, look: Rows) -> None:
    """Part-timers would earn a full-time income."""
    assert _candidate(lender, look, "verified_annual_income", _record(pay={"period": "hourly", "amount": "20"})) == [(None,)]


def test_an_estimate_from_bank_data_needs_no_pay(lender: Settings, look: Rows) -> None:
    """A fifth of the verified incomes would be lost."""
    record = _record(pay={"amount": None, "period": None}, vendor="bank_view")
    assert _candidate(lender, look, "verified_annual_income, vendor_annual_income", record) == [(Decimal("41798.38"),) * 2]


def test_what_is_not_verified_has_no_income(lender: Settings, look: Rows) -> None:
    """A pending verification would be used."""
    found = _candidate(lender, look, "status, verified_annual_income, vendor_annual_income", _record(status="in_progress"))
    assert found == [("pending", None, Decimal("41798.38"))]


def test_a_repeated_message_counts_once_in_its_latest_form(lender: Settings, look: Rows) -> None:
    """A webhook sent twice would double an income, or its first form would outlive the correction."""
    corrected = _record(annual_gross="1.00", delivered_at="2026-03-04T16:00:00Z")
    assert _candidate(lender, look, "vendor_annual_income", _record(), corrected, _record()) == [(Decimal("1.00"),)]


def test_a_day_by_the_lenders_clock(lender: Settings, look: Rows) -> None:
    """Orders of the late evening would belong to the next day."""
    found = _candidate(lender, look, "business_date::VARCHAR", _record(ordered_at="2026-03-05T04:30:00Z"))
    assert found == [("2026-03-04",)]

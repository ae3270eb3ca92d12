"""Verifications, paystubs and bank income: what belongs together does, and the mix is a lender's."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from lending.world import Conditions, World
from lending.world.bank_income import bank_income
from lending.world.income import income_verifications
from lending.world.outages import Outage, vendor_outages
from lending.world.pay import BIWEEKLY, MONTHLY, SEMIMONTHLY, WEEKLY, Pay
from lending.world.paystubs import paystubs
from lending.world.verifications import SOURCES, verifications

DAY, SUNDAY, EARLY_JANUARY = date(2026, 3, 4), date(2026, 3, 8), date(2026, 1, 6)
WORLD = World(seed=7, applications=20_000)
PER_YEAR = {"weekly": 52, "biweekly": 26, "semimonthly": 24, "monthly": 12, "annual": 1}
SPOKEN = {
    "hourly": "hourly", "weekly": "weekly", "biweekly": "biweekly", "everytwoweeks": "biweekly", "semimonthly": "semimonthly",
    "monthly": "monthly", "annual": "annual", "annually": "annual", "yearly": "annual",
}  # fmt: skip


def frame(table: pa.Table) -> pd.DataFrame:
    """The table with amounts as floats and days as timestamps."""
    found: pd.DataFrame = table.to_pandas()
    for field in table.schema:
        if pa.types.is_decimal(field.type):
            found[field.name] = found[field.name].astype(float)
        if pa.types.is_date(field.type):
            found[field.name] = pd.to_datetime(found[field.name])
    return found


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    """A Wednesday's verifications, without repeated messages."""
    found = frame(WORLD.table("income_verifications", DAY))
    found["period"] = found.pay_rate_period.str.lower().str.replace(r"[-_]", "", regex=True).map(SPOKEN)
    return found.drop_duplicates("id")


@pytest.fixture(scope="module")
def paid(answers: pd.DataFrame) -> pd.DataFrame:
    """Those of them that saw pay."""
    return answers[answers.pay_rate_amount.notna()]


def test_pay_times_period_is_the_year_to_the_cent(paid: pd.DataFrame) -> None:
    """A clean day would be held for incomes that do not add up."""
    factor = np.where(paid.period == "hourly", 52 * paid.hours_per_week, paid.period.map(PER_YEAR))
    assert np.allclose(paid.pay_rate_amount * factor, paid.annual_gross, atol=0.006)
    assert (paid.hours_per_week.notna() == (paid.period == "hourly")).all()
    assert paid.period.notna().all()
    assert paid.annual_gross.between(9_000, 1_510_000).all()


def test_a_bank_sees_twelve_deposits_a_year_and_no_pay(answers: pd.DataFrame) -> None:
    """Refunds would be income on clean days already, and no check could tell a fault from them."""
    bank = answers[answers.bank_recurring_deposit_monthly.notna()]
    assert set(bank.vendor) == {"bank_view"}
    assert np.allclose(12 * bank.bank_recurring_deposit_monthly, bank.annual_gross, atol=0.001)
    assert bank[["pay_rate_amount", "hours_per_week", "ytd_gross", "paystub_pay_date", "employer_key"]].isna().all(axis=None)
    assert bank.bank_months_observed.between(3, 24).all()


def test_the_year_so_far_is_what_its_paydays_brought(paid: pd.DataFrame) -> None:
    """An income annualised from the year to date would be wrong for clean rows."""
    expected = paid.annual_gross * paid.paystub_pay_date.dt.day_of_year / 365
    assert ((paid.ytd_gross - expected).abs() <= paid.annual_gross / 12 + 1).all()
    assert (paid.ytd_net / paid.ytd_gross).between(0.60, 0.92).all()


def test_the_year_so_far_begins_anew_in_january() -> None:
    """A method that stretches the first days of January over a year would never meet them."""
    january = frame(WORLD.table("income_verifications", EARLY_JANUARY))
    paid = january[january.ytd_gross.notna()]
    this_year = paid.paystub_pay_date.dt.year == 2026
    assert 0.3 < this_year.mean() < 0.9
    assert (paid.ytd_gross / paid.annual_gross)[this_year].max() < 0.04
    assert (paid.ytd_gross / paid.annual_gross)[~this_year].min() > 0.9


def test_documents_are_young_and_never_of_the_future(answers: pd.DataFrame) -> None:
    """Stale verifications would be ordinary, and an age limit would hold clean days."""
    found = answers[answers.annual_gross.notna()]
    age = (found.verified_at.dt.tz_convert("America/New_York").dt.tz_localize(None).dt.normalize() - found.document_date).dt.days
    assert age.between(0, 32).all()
    assert (answers.verified_at.dropna() >= answers.ordered_at[answers.verified_at.notna()]).all()
    assert (answers.delivered_at > answers.ordered_at).all()


def test_only_who_left_has_a_last_day(paid: pd.DataFrame) -> None:
    """Terminated people with an active status would be there without any fault."""
    assert (paid.employment_termination_date.notna() == (paid.employment_status == "inactive")).all()
    left = paid.dropna(subset=["employment_termination_date"])
    assert (left.employment_termination_date > left.employment_hire_date).all()
    assert (paid.employment_hire_date < paid.paystub_pay_date).all()


def test_marginals_follow_the_domain_notes(answers: pd.DataFrame, paid: pd.DataFrame) -> None:
    """Contracts tuned on this world would not fit a lender's."""
    states_income = answers.stated_annual_income > 0
    ratio = (answers.stated_annual_income / answers.annual_gross)[states_income]
    salaried = paid.period[~paid.period.isin(["hourly", "annual"])].value_counts(normalize=True)
    assert ratio.median() == pytest.approx(1.03, rel=0.02)
    assert ratio.quantile(0.95) == pytest.approx(1.6, abs=0.1)
    assert paid.annual_gross.median() == pytest.approx(50_500, rel=0.02)
    assert (paid.period == "hourly").mean() == pytest.approx(0.58, abs=0.015)
    assert salaried.to_dict() == pytest.approx({"weekly": 0.27, "biweekly": 0.43, "semimonthly": 0.20, "monthly": 0.10}, abs=0.02)
    assert (answers.status == "completed").mean() == pytest.approx(0.74, abs=0.03)
    assert (paid.employment_status == "active").mean() == pytest.approx(0.90, abs=0.01)
    assert paid.employer_key.value_counts(normalize=True).iloc[0] < 0.05
    first = answers.drop_duplicates("reference").method.value_counts(normalize=True)
    assert first.to_dict() == pytest.approx(
        {"instant": 0.45, "payroll-credentials": 0.20, "bank-credentials": 0.20, "document-upload": 0.10, "smart-outreach": 0.05},
        abs=0.015,
    )


def test_messages_repeat_and_transactions_do_not() -> None:
    """A duplicate webhook would be no fault, or no clean day would have one."""
    table = frame(WORLD.table("income_verifications", DAY))
    assert len(table) - table.id.nunique() == pytest.approx(0.002 * len(table), rel=0.5)
    assert table.transaction_id.nunique() == table.id.nunique()
    repeated = table[table.duplicated("id", keep=False)]
    assert len(repeated.drop_duplicates()) == repeated.id.nunique()
    assert not table.is_joint.any()


def test_weekends_verify_less() -> None:
    """A Sunday's share of verified incomes would look like an outage."""
    share = [(frame(WORLD.table("income_verifications", day)).status == "completed").mean() for day in (DAY, SUNDAY)]
    assert share[0] - share[1] == pytest.approx(0.06, abs=0.025)


def test_paystubs_belong_to_their_verification_and_follow_each_other() -> None:
    """A paystub's sums could not be held against the verification that they prove."""
    people = WORLD.people(DAY)
    stubs, answers = frame(paystubs(people)), frame(income_verifications(people)).drop_duplicates("id").set_index("id")
    assert stubs.paystub_id.is_unique
    newest, before = stubs.iloc[::2].reset_index(drop=True), stubs.iloc[1::2].reset_index(drop=True)
    of = answers.loc[newest.verification_id].reset_index()
    assert (newest.verification_id == before.verification_id).all()
    assert (newest.pay_date == of.paystub_pay_date).all()
    assert np.allclose(newest.gross_ytd, of.ytd_gross)
    assert np.allclose(newest.gross_ytd - before.gross_ytd, newest.gross_pay, atol=0.011)
    assert (newest.period_start == before.period_end + pd.Timedelta(days=1)).all()
    assert (stubs.net_pay / stubs.gross_pay).between(0.60, 0.92).all()
    assert np.allclose(
        stubs.gross_pay * stubs.pay_frequency.map(PER_YEAR), answers.loc[stubs.verification_id].annual_gross, atol=0.27
    )


def test_bank_accounts_show_refunds_in_spring_alone() -> None:
    """Tax season would be a fault, or a fault that counts refunds as income could not be planted."""
    share = {}
    for month, day in ((1, 15), (3, 4), (7, 8)):
        found = frame(bank_income(WORLD.people(date(2026, month, day))))
        assert found.verification_id.is_unique
        share[month] = (found.tax_refund_tagged_amt > 0).mean()
    assert share == {1: 0, 3: pytest.approx(0.35, abs=0.04), 7: 0}
    calm = World(seed=7, applications=20_000, conditions=Conditions(refund_share_max=0.0))
    assert not frame(bank_income(calm.people(DAY))).tax_refund_tagged_amt.any()


def test_refunds_are_the_same_in_both_of_a_banks_records() -> None:
    """The two records of one account would contradict each other."""
    people = WORLD.people(DAY)
    accounts = frame(bank_income(people)).set_index("verification_id")
    answers = frame(income_verifications(people)).drop_duplicates("id").set_index("id").loc[accounts.index]
    assert (answers.bank_tax_refund_amount == accounts.tax_refund_tagged_amt).all()
    assert (answers.bank_recurring_deposit_monthly == accounts.recurring_deposit_monthly).all()


def _pay(frequency: int, fortnight: int = 0) -> Pay:
    one = np.ones(1)
    return Pay(
        annual=52_000 * one,
        amount=one,
        period=one.astype(np.int64),
        hours=one,
        frequency=np.array([frequency]),
        fortnight=np.array([fortnight]),
        net_share=one,
    )


@pytest.mark.parametrize(
    ("frequency", "fortnight", "day", "payday", "paydays", "a_year"),
    [
        (WEEKLY, 0, "2026-03-05", "2026-02-27", 9, 52),
        (WEEKLY, 0, "2026-03-06", "2026-03-06", 10, 52),
        (BIWEEKLY, 0, "2026-01-15", "2026-01-02", 1, 26),
        (BIWEEKLY, 1, "2026-01-08", "2025-12-26", 26, 26),
        (SEMIMONTHLY, 0, "2026-03-14", "2026-02-28", 4, 24),
        (SEMIMONTHLY, 0, "2026-03-15", "2026-03-15", 5, 24),
        (SEMIMONTHLY, 0, "2026-12-31", "2026-12-31", 24, 24),
        (MONTHLY, 0, "2024-02-29", "2024-02-29", 2, 12),
        (MONTHLY, 0, "2026-01-30", "2025-12-31", 12, 12),
    ],
)
def test_paydays(frequency: int, fortnight: int, day: str, payday: str, paydays: int, a_year: int) -> None:
    """A paystub would be dated on a day on which nobody is paid, or the year's sum would count a payday too many."""
    pay = _pay(frequency, fortnight)
    found = pay.paid_on(np.array([np.datetime64(day).astype(np.int64)]))
    assert str(found.astype("datetime64[D]")[0]) == payday
    assert pay.year_to_date(found)[0] == pytest.approx(paydays * round(52_000 / a_year, 2))


def _first_outage(vendors: Sequence[str]) -> tuple[date, Outage, int]:
    """The first day of 2026 on which one of the vendors is out by day, the outage, and the vendor's position."""
    return next(
        (date.fromordinal(n), outage, position)
        for n in range(date(2026, 1, 1).toordinal(), date(2027, 1, 1).toordinal())
        for position, vendor in enumerate(vendors)
        for outage in vendor_outages(7, date.fromordinal(n), vendor)
        if 15 <= datetime.fromtimestamp(outage.begins / 1000, UTC).hour <= 20
    )


def test_nobody_is_answered_in_a_vendors_outage() -> None:
    """Status pages would tell of outages that no delivery knows of."""
    day, outage, source = _first_outage([vendor for vendor, _, _ in SOURCES])
    answers = verifications(WORLD.people(day))
    arrived = answers.ready[answers.source == source]
    assert not ((arrived >= outage.begins) & (arrived < outage.ends)).any()
    assert ((arrived >= outage.ends) & (arrived < outage.ends + 600_000)).sum() > 20

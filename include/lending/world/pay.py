"""What people are paid: how much a period, how often, on which days, and how much in the year so far.

Pay, period, hours and the year's sum belong together to the cent. Days are numbers of days since 1970. Knows nothing of vendors.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from lending.world.draws import Bools, Floats, Ints, RowDraws

PERIODS: Final = ("hourly", "weekly", "biweekly", "semimonthly", "monthly", "annual")
HOURLY, ANNUAL = 0, 5
WEEKLY, BIWEEKLY, SEMIMONTHLY, MONTHLY = 1, 2, 3, 4

_PER_YEAR: Final = np.array([0.0, 52.0, 26.0, 24.0, 12.0, 1.0])
_HOURLY_SHARE: Final = 0.58
_OFTEN: Final = (0.27, 0.43, 0.20, 0.10)  # weekly, biweekly, semimonthly, monthly
_ANNUAL_SHARE: Final = 0.12
_LEAST_RATE: Final = 7.25
_FRIDAY: Final = 1  # 2 January 1970
_PAYDAY: Final = 20_091  # 3 January 2025, a Friday on which half of those are paid who are paid every second week


@dataclass(frozen=True, slots=True, kw_only=True)
class Pay:
    """One row per person: `annual` gross, `amount` per `period` (a position in PERIODS), `hours` a week (NaN for the salaried).

    `frequency` is how often it is paid out, weekly to monthly; `fortnight` (0 or 1) on which Fridays, if every second;
    `net_share` of the gross is left after taxes.
    """

    annual: Floats
    amount: Floats
    period: Ints
    hours: Floats
    frequency: Ints
    fortnight: Ints
    net_share: Floats

    @property
    def per_payday(self) -> Floats:
        """Gross pay of one payday, in USD."""
        gross: Floats = np.round(self.annual / _PER_YEAR[self.frequency], 2)
        return gross

    def paid_on(self, day: Ints) -> Ints:
        """The latest payday on or before each day."""
        weekly = day - (day - _FRIDAY) % 7
        biweekly = day - (day - _PAYDAY - 7 * self.fortnight) % 14
        last, fifteenth = _last_month_end(day), _fifteenth(day)
        semimonthly = np.maximum(last, np.where(fifteenth <= day, fifteenth, last))
        return _by_frequency(self.frequency, weekly, biweekly, semimonthly, last)

    def year_to_date(self, payday: Ints) -> Floats:
        """Gross pay of the year up to and with each payday, in USD; all have been with their employer since before the year."""
        since = payday - _new_year(payday)
        month = _months(payday) % 12 + 1
        half_months = 2 * month - (payday == _fifteenth(payday))
        paydays = _by_frequency(self.frequency, since // 7 + 1, since // 14 + 1, half_months, month)
        gross: Floats = np.round(paydays * self.per_payday, 2)
        return gross


def pay_of(persons: RowDraws, income: Floats, earning: Floats) -> Pay:
    """How each person is paid who earns about `income` a year; the pay's own rounding decides what a year really brings."""
    hourly: Bools = persons.chance("hourly", _HOURLY_SHARE)
    frequency = 1 + persons.pick("paid_how_often", _OFTEN)
    annually = persons.chance("paid_by_the_year", _ANNUAL_SHARE / (1 + _ANNUAL_SHARE))
    period = np.where(hourly, HOURLY, np.where(annually, ANNUAL, frequency))
    hours = np.where(persons.chance("full_time", 0.8), 40.0, np.round(20 + 28 * persons.uniform("hours"), 1))
    hours = np.where(income / (hours * 52) < _LEAST_RATE, 20.0, hours)
    factor = np.where(hourly, hours * 52, _PER_YEAR[period])
    amount = np.ceil(100 * income / factor) / 100
    return Pay(
        annual=np.round(amount * factor, 2),
        amount=amount,
        period=period,
        hours=np.where(hourly, hours, np.nan),
        frequency=frequency,
        fortnight=persons.chance("fortnight", 0.5).astype(np.int64),
        net_share=(0.78 - 0.04 * earning + 0.02 * persons.normal("net_share")).clip(0.62, 0.90),
    )


def _by_frequency(frequency: Ints, weekly: Ints, biweekly: Ints, semimonthly: Ints, monthly: Ints) -> Ints:
    return np.choose(frequency - WEEKLY, [weekly, biweekly, semimonthly, monthly])


def _months(day: Ints) -> Ints:
    """Months since January 1970."""
    return day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def _first_of(month: Ints) -> Ints:
    return month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def _last_month_end(day: Ints) -> Ints:
    """The latest last day of a month on or before each day."""
    return _first_of(_months(day + 1)) - 1


def _fifteenth(day: Ints) -> Ints:
    return _first_of(_months(day)) + 14


def _new_year(day: Ints) -> Ints:
    return day.astype("datetime64[D]").astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)

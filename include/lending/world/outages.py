"""When what the lender depends on, or runs itself, is broken: the truth behind late answers, telemetry and status pages.

Every outage belongs to the day on which it begins, so that any day can be made alone. Times are UTC milliseconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, Literal

import numpy as np

from lending.world.applicants import day_begins
from lending.world.batches import Window, windows_of
from lending.world.columns import MINUTE_MS
from lending.world.draws import Draws, Floats, Ints

OutageKind = Literal["errors", "latency", "drop", "dependency", "deploy"]

VENDORS: Final = ("EFX", "EXP", "TUC", "employer_db", "payroll_hub", "bank_view")
SERVICES: Final = ("ach_gateway", "card_payments", "decision_api", "bureau_proxy", "income_proxy", "loan_servicing")

_VENDOR_OUTAGES_A_DAY: Final = 0.4 / 30
_SERVICE_OUTAGES_A_DAY: Final = 27 / 56
_KINDS: Final[tuple[tuple[OutageKind, float], ...]] = (("errors", 0.35), ("latency", 0.30), ("drop", 0.15), ("dependency", 0.20))
_SHARE_IN_BATCHES: Final = 0.30
_SHARE_WITH_PRECURSOR: Final = 0.60
_BACKLOG_MINUTES: Final = 10
_LONGEST_MINUTES: Final = 12 * 60
_AT_MOST: Final = 4  # outages that begin on one day, of one vendor or service


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """`of` (a vendor or service) is broken from `begins` until `ends`, how badly says `severity` in 0-1.

    `precursor` is since when it limped; `begins` if it did not.
    """

    of: str
    kind: OutageKind
    begins: int
    ends: int
    precursor: int
    severity: float


def vendor_outages(seed: int, day: date, vendor: str) -> tuple[Outage, ...]:
    """Outages of a vendor that touch `day`, also those begun the day before: some 0.4 a month, of 70 minutes in the middle."""
    return _touching(day, [_begun_by_vendor(seed, begun, vendor) for begun in _days_before(day)])


def after_outages(draws: Draws, vendors: Sequence[str], of: Ints, at: Ints, uniform: Floats) -> Ints:
    """The instants `at`, each of the vendor at its position in `vendors`; those within an outage come up to ten minutes after it.

    `draws` say of which world and day; `uniform` how soon after the outage each comes.
    """
    soon = (_BACKLOG_MINUTES * MINUTE_MS * uniform).astype(np.int64)
    for position, vendor in enumerate(vendors):
        for outage in vendor_outages(draws.seed, draws.day, vendor):
            at = np.where((of == position) & (at >= outage.begins) & (at < outage.ends), outage.ends + soon, at)
    return at


def service_outages(seed: int, day: date, service: str) -> tuple[Outage, ...]:
    """Outages of one of the lender's services that touch `day`: about one every second day, 37 minutes in the middle."""
    return _touching(day, [_begun_by_service(seed, begun, service) for begun in _days_before(day)])


def _days_before(day: date) -> tuple[date, date]:
    return day - timedelta(days=1), day


def _touching(day: date, begun: list[tuple[Outage, ...]]) -> tuple[Outage, ...]:
    first, last = day_begins(day), day_begins(day + timedelta(days=1))
    return tuple(outage for outages in begun for outage in outages if outage.precursor < last and outage.ends > first)


@lru_cache(maxsize=4096)
def _begun_by_vendor(seed: int, day: date, vendor: str) -> tuple[Outage, ...]:
    draws = Draws(seed=seed, table=f"outages of {vendor}", day=day)
    minutes = np.exp(np.log(70) + 0.9 * draws.normal("minutes", _AT_MOST)).clip(5, _LONGEST_MINUTES)
    starts = day_begins(day) + (24 * 60 * MINUTE_MS * draws.uniform("start", _AT_MOST)).astype(np.int64)
    return tuple(
        _outage(vendor, "dependency", begins=int(starts[i]), minutes=float(minutes[i]), lead=0.0, severity=1.0)
        for i in range(_how_many(draws, _VENDOR_OUTAGES_A_DAY))
    )


def _begun_by_service(seed: int, day: date, service: str) -> tuple[Outage, ...]:
    draws = Draws(seed=seed, table=f"outages of {service}", day=day)
    kinds = draws.pick("kind", _AT_MOST, [share for _, share in _KINDS])
    minutes = np.exp(3.6 + 0.7 * draws.normal("minutes", _AT_MOST)).clip(3, _LONGEST_MINUTES)
    warned = draws.chance("warned", _AT_MOST, _SHARE_WITH_PRECURSOR)
    lead = np.where(warned, 20 + 70 * draws.uniform("lead", _AT_MOST), 0.0)
    severity = draws.uniform("severity", _AT_MOST)
    starts = _starts(draws, windows_of(seed, day))
    return tuple(
        _outage(
            service,
            _KINDS[kinds[i]][0],
            begins=starts[i],
            minutes=float(minutes[i]),
            lead=float(lead[i]),
            severity=float(severity[i]),
        )
        for i in range(_how_many(draws, _SERVICE_OUTAGES_A_DAY))
    )


def _starts(draws: Draws, windows: tuple[Window, ...]) -> list[int]:
    """Three in ten inside a batch window of the day, the others at any time."""
    forced = draws.chance("in_batch", _AT_MOST, _SHARE_IN_BATCHES).tolist()
    which, where = draws.uniform("which", _AT_MOST).tolist(), draws.uniform("where", _AT_MOST).tolist()
    begin, length = day_begins(draws.day), 24 * 60 * MINUTE_MS
    starts = []
    for inside, one, share in zip(forced, which, where, strict=True):
        window = windows[int(one * len(windows))]
        starts.append(window.begins + int(share * (window.ends - window.begins)) if inside else begin + int(share * length))
    return starts


def _how_many(draws: Draws, mean: float) -> int:
    """A Poisson number, by its cumulative shares."""
    u, share, count = float(draws.uniform("count", 1)[0]), float(np.exp(-mean)), 0
    total = share
    while u > total and count < _AT_MOST:
        count += 1
        share *= mean / count
        total += share
    return count


def _outage(of: str, kind: OutageKind, *, begins: int, minutes: float, lead: float, severity: float) -> Outage:
    return Outage(
        of=of,
        kind=kind,
        begins=begins,
        ends=begins + int(minutes * MINUTE_MS),
        precursor=begins - int(lead * MINUTE_MS),
        severity=severity,
    )

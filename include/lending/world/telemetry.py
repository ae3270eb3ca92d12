"""What the lender's services report of themselves, minute by minute: requests, errors, latency (domain notes, 7.5).

Load follows the hour, the weekday and the batch windows; latency and errors follow load; outages and bad deploys lie on top.
"""

from datetime import date, timedelta
from typing import Final

import numpy as np
import pyarrow as pa

from lending.calendars import BusinessCalendar
from lending.world.applicants import day_begins
from lending.world.batches import Window, windows_of
from lending.world.deploys import bad_deploys
from lending.world.draws import Bools, Draws, Floats, Ints
from lending.world.outages import SERVICES, Outage, service_outages

MINUTE_MS: Final = 60_000

#: Requests a minute at an ordinary noon; how much of a batch's boost reaches the service.
_LOAD: Final = {
    "ach_gateway": (240.0, 1.0),
    "card_payments": (600.0, 0.35),
    "decision_api": (90.0, 0.0),
    "bureau_proxy": (120.0, 0.0),
    "income_proxy": (80.0, 0.0),
    "loan_servicing": (300.0, 0.6),
}
_CAPACITY: Final = 8.0  # times the ordinary noon
_LATENCY_MS: Final = 120.0
_ERROR_SHARE: Final = 0.0008
_SMALL_MEAN: Final = 30.0


def service_telemetry(seed: int, day: date) -> pa.Table:
    """One row per service and minute of the lender's day (1,380 or 1,500 minutes when the clocks change), by service, in order.

    `latency_p50_ms` and `latency_p95_ms` are null in a minute without requests.
    """
    minutes = np.arange(day_begins(day), day_begins(day + timedelta(days=1)), MINUTE_MS, dtype=np.int64)
    windows = windows_of(seed, day)
    parts = [_of_service(seed, day, service, minutes, windows) for service in SERVICES]
    return pa.concat_tables(parts).combine_chunks()


def _of_service(seed: int, day: date, service: str, minutes: Ints, windows: tuple[Window, ...]) -> pa.Table:
    draws, n = Draws(seed=seed, table=f"telemetry of {service}", day=day), len(minutes)
    noon, follows_batches = _LOAD[service]
    expected = noon * _shape(day, minutes) * _boost(minutes, windows, follows_batches)
    troubles = (*service_outages(seed, day, service), *bad_deploys(seed, day, service))
    volume, errors, latency, dependency = _troubled(minutes, troubles)
    requests = _poisson(expected * volume * np.exp(0.05 * draws.normal("noise", n)), draws, "requests")
    load = requests / (noon * _CAPACITY)
    failing = np.minimum(_ERROR_SHARE * (1 + 2.2 * load) + errors, 0.98)
    failed = np.minimum(_poisson(requests.astype(np.float64) * failing, draws, "errors"), requests)
    p50 = _LATENCY_MS * (1 + 1.6 * load**2) * latency * np.exp(0.04 * draws.normal("latency", n))
    p95 = p50 * (2.1 + 0.15 * draws.normal("tail", n)).clip(1.5)
    silent = requests == 0
    return pa.table(
        {
            "service": pa.array([service] * n),
            "minute_ts": pa.array((minutes * 1000).astype("datetime64[us]")).cast(pa.timestamp("us", tz="UTC")),
            "requests": pa.array(requests, pa.int32()),
            "errors": pa.array(failed, pa.int32()),
            "dependency_errors": pa.array(np.where(dependency, np.rint(0.9 * failed), 0).astype(np.int64), pa.int32()),
            "latency_p50_ms": pa.array(np.round(p50, 2), mask=silent),
            "latency_p95_ms": pa.array(np.round(p95, 2), mask=silent),
        }
    )


def _shape(day: date, minutes: Ints) -> Floats:
    """Load at each minute compared with an ordinary noon: two peaks, a quiet night, the day's own factor."""
    hour = (minutes - minutes[0]) / 3_600_000
    peaks = [np.exp(kappa * (np.cos(2 * np.pi * (hour - peak) / 24) - 1)) for peak, kappa in ((12.5, 2.2), (20.25, 1.6))]
    factor, _ = BusinessCalendar().factor(day)
    shape: Floats = factor * (0.10 + 0.62 * peaks[0] + 0.50 * peaks[1])
    return shape


def _boost(minutes: Ints, windows: tuple[Window, ...], follows: float) -> Floats:
    boost = np.ones(len(minutes))
    for window in windows:
        boost[(minutes >= window.begins) & (minutes < window.ends)] += follows * (window.boost - 1)
    return boost


def _troubled(minutes: Ints, troubles: tuple[Outage, ...]) -> tuple[Floats, Floats, Floats, Bools]:
    """Per minute: factor on volume, share of errors on top, factor on latency, whether a dependency is what fails."""
    volume, errors, latency = np.ones(len(minutes)), np.zeros(len(minutes)), np.ones(len(minutes))
    dependency = np.zeros(len(minutes), dtype=bool)
    for trouble in troubles:
        during = (minutes >= trouble.begins) & (minutes < trouble.ends)
        limping = (minutes >= trouble.precursor) & (minutes < trouble.begins)
        progress = (minutes - trouble.precursor) / max(trouble.begins - trouble.precursor, 1)
        latency[limping] *= (1 + 0.5 * progress)[limping]
        errors[limping] += (0.004 * progress)[limping]
        volume[during] *= 0.15 if trouble.kind == "drop" else 1.0
        latency[during] *= {"latency": 3 + 4 * trouble.severity, "dependency": 1.8}.get(trouble.kind, 1.0)
        errors[during] += {"latency": 0.01, "drop": 0.0, "deploy": 0.02}.get(trouble.kind, 0.05 + 0.30 * trouble.severity)
        dependency |= during & (trouble.kind == "dependency")
    return volume, errors, latency, dependency


def _poisson(mean: Floats, draws: Draws, column: str) -> Ints:
    """Poisson numbers of each mean: exactly for small means, by the normal distribution for large ones."""
    large = np.maximum(np.rint(mean + np.sqrt(mean) * draws.normal(column, len(mean))), 0).astype(np.int64)
    small = mean < _SMALL_MEAN
    large[small] = _small_poisson(mean[small], draws.uniform(column, len(mean))[small])
    return large


def _small_poisson(mean: Floats, u: Floats) -> Ints:
    counts, share = np.zeros(len(mean), np.int64), np.exp(-mean)
    total = share.copy()
    open_rows = np.flatnonzero(u > total)
    while len(open_rows):
        counts[open_rows] += 1
        share[open_rows] *= mean[open_rows] / counts[open_rows]
        total[open_rows] += share[open_rows]
        open_rows = open_rows[(u[open_rows] > total[open_rows]) & (counts[open_rows] < 10 * _SMALL_MEAN)]
    return counts

"""Against which moment a run judges age. Pure: takes the run as a value."""

from datetime import datetime
from typing import Any, Protocol

from feature_health.errors import CallerError
from feature_health.settings import AsOf

CONF = "as_of"
_EXAMPLE = "an ISO time such as 2026-06-03T01:30:00-04:00"


class RunInvalid(CallerError):
    """A run was started with a configuration that cannot be understood."""


class StartedRun(Protocol):
    """What we need to know of Airflow's run."""

    run_type: Any
    start_date: datetime | None
    conf: dict[str, Any] | None


def as_of(setting: AsOf, run: StartedRun) -> datetime | None:
    """The moment to judge against; None stands for the partition's own deadline.

    The run's conf `as_of` (an ISO time, or "deadline") comes first. A backfill judges by the deadline: it makes what was due.
    Otherwise the setting decides between the run's start and the deadline. Raises RunInvalid.
    """
    given = (run.conf or {}).get(CONF)
    if given is not None:
        return None if given == "deadline" else _instant(given)
    if setting == "deadline" or str(getattr(run.run_type, "value", run.run_type)) == "backfill":
        return None
    return run.start_date


def _instant(text: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise RunInvalid(f"The run's conf has as_of = {text!r}. Write {_EXAMPLE}, or deadline.") from error
    if moment.tzinfo is None:
        raise RunInvalid(f"The run's conf has as_of = {text!r}, which names no time zone. Write {_EXAMPLE}.")
    return moment

"""The drill of one fault through the real DAGs, in an Airflow of its own that is gone afterwards.

History is made in process, in the home in which Airflow then starts; the faulty night is Airflow's own work, started over HTTP,
and all that came of it is read from that home's ledger. Must not touch any other home.
"""

import os
import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from feature_health.drills.detection import PARTITIONS_MAX, detected, in_time
from feature_health.drills.lender import Plant, Truth
from feature_health.drills.night import Night, clean_night, faulty_night, key_of, play, warm_up
from feature_health.drills.result import Drilled, Judged
from feature_health.drills.run import clean_partitions, days_before, is_clean
from feature_health.drills.shadow import WORKSPACE, Shadow, fork, knowing, workspace
from feature_health.drills.watching import Watcher
from feature_health.errors import OrchestratorFailed
from feature_health.ports import Platform
from lending.drill.ground import Ground
from lending.drill.lender import JOBS, SOURCE, conditions_of, deliver_night, write_sql
from lending.drill.seen import Seen, messages_of
from lending.world.planned import planned_events

if TYPE_CHECKING:
    from feature_health.orchestrators.airflow_client import AirflowClient

Says = Callable[[str], None]
PARSED_SECONDS_MAX: Final = 120.0
ENDED_SECONDS_MAX: Final = 300.0
STARTED_SECONDS_MAX: Final = 40.0
POLL_SECONDS: Final = 0.25
OWNER: Final = "owner.pid"
_OUTSIDE: Final = ("AIRFLOW", "FEATURE_HEALTH", "SLACK", "LENDING")


@dataclass(slots=True, kw_only=True)
class _Play:
    """What the acts of one drill share. `on` is Airflow's home, only read."""

    ground: Ground
    plant: Plant
    home: Path
    nights: Path
    on: Platform
    twin: Shadow
    airflow: "AirflowClient"
    seen: Seen
    watcher: Watcher
    says: Says
    clean: list[Night] = field(default_factory=list)
    truths: list[Truth] = field(default_factory=list)
    judged: list[tuple[Judged, ...]] = field(default_factory=list)
    twins: list[tuple[Judged, ...]] = field(default_factory=list)


def drill_in_airflow(ground: Ground, plant: Plant, *, warm_days: int, says: Says) -> Drilled:
    """What came of the plant in real runs of the DAGs; `says` hears what is being done.

    However it ends, by Ctrl-C too, Airflow is stopped and nothing is left; what a killed one left is stopped by the next one.
    Raises CallerError for a fault, scope or day that there is not, and OrchestratorFailed when Airflow does not do its part.
    """
    days = days_before(ground.lender, plant.first_day, warm_days)
    stop_orphans(Path(tempfile.gettempdir()))
    with workspace() as folder:
        home, nights = folder / "home", folder / "nights"
        nights.mkdir()
        says(f"{warm_days} clean nights")
        base = ground.make(home)
        held = warm_up(base, ground.lender, [clean_night(ground.lender, day, nights) for day in days])
        twin = fork(base, folder / "twin", ground.make)
        says("Airflow starts")
        with _airflow(home, _settings(ground, plant, home)) as (airflow, on):
            playing = _Play(
                ground=ground,
                plant=plant,
                home=home,
                nights=nights,
                on=on,
                twin=twin,
                airflow=airflow,
                seen=Seen(on=on, late=base.platform, candidates=home / "candidates"),
                watcher=Watcher(on, ground.library.corrupted_rows),
                says=says,
            )
            return _drilled(playing, warm_days=len(days), warm_held=held)


def stop_orphans(temporary: Path) -> None:
    """Stop and remove what drills left behind whose own process is gone: a kill leaves their Airflow running."""
    from feature_health.cli import processes
    from feature_health.cli.down import stop

    for owner in temporary.glob(f"{WORKSPACE}*/home/{OWNER}"):
        if not os.access(owner, os.W_OK):
            continue  # somebody else's
        pid, _, born = owner.read_text().strip().partition(" ")
        if not pid.isdecimal() or processes.born(int(pid)) != born:
            stop(owner.parent)
            shutil.rmtree(owner.parent.parent, ignore_errors=True)


@contextmanager
def _airflow(home: Path, settings: Mapping[str, str]) -> Iterator[tuple["AirflowClient", Platform]]:
    from feature_health import wiring
    from feature_health.cli import processes, up
    from feature_health.cli.down import stop
    from feature_health.orchestrators.airflow_client import AirflowClient
    from feature_health.settings import Settings

    (home / OWNER).write_text(f"{os.getpid()} {processes.born(os.getpid())}\n")
    outside = {name: value for name, value in os.environ.items() if not name.startswith(_OUTSIDE)}
    try:
        up.start(home, _free_port(), settings, environment=outside)
        known = Settings.of_home(home, {**outside, **settings})
        yield (
            AirflowClient(known.airflow_url, known.airflow_user, known.airflow_password),
            wiring.platform(known, read_only=True),
        )
    finally:
        stop(home)


def _settings(ground: Ground, plant: Plant, home: Path) -> dict[str, str]:
    """DAGs are over by themselves long ago, so that unpausing starts nothing; runs by key work all the same."""
    import yaml

    (home / "sql" / SOURCE).mkdir(parents=True)
    events = planned_events(conditions_of(ground.lender.world.conditions, plant, plant.first_day))
    table = [{name: str(getattr(event, name)) for name in event.__slots__} for event in events]
    (home / "events.yaml").write_text(yaml.safe_dump(table), encoding="utf-8")
    return {
        "LENDING__SOURCE": SOURCE,
        "LENDING__LANDING": str(home / "landing"),
        "LENDING__CANDIDATES": str(home / "candidates"),
        "LENDING__SQL": str(home / "sql"),
        "LENDING__CALENDAR_EVENTS": str(home / "events.yaml"),
        "AIRFLOW__FEATURE_HEALTH__CONTRACTS": str(ground.contracts),
        "AIRFLOW__FEATURE_HEALTH__AS_OF": "deadline",
        "AIRFLOW__FEATURE_HEALTH__START_DATE": "2025-01-01",
        "AIRFLOW__FEATURE_HEALTH__END_DATE": "2025-01-02",
    }


def _drilled(playing: _Play, *, warm_days: int, warm_held: tuple[str, ...]) -> Drilled:
    for job in JOBS:
        _unpause(playing, job)
    with playing.watcher.looking():
        detection = None
        for number in range(PARTITIONS_MAX):
            day = playing.plant.first_day + timedelta(days=number)
            if detection is not None or day > playing.ground.lender.days()[1]:
                break
            _night(playing, day)
            detection = detected(playing.judged, playing.twins)
        corrupted = sum(playing.watcher.watched().corrupted_rows.values())
        nothing_happened = playing.ground.library.card(playing.plant.fault).decoy and detection is None
        repaired, resolved, repair = (True, True, None) if nothing_happened else _repair(playing)
    truth = playing.truths[0]
    return Drilled(
        card=playing.ground.library.card(playing.plant.fault),
        plant=playing.plant,
        day=playing.plant.first_day,
        truth=truth,
        caught=in_time(detection, truth, corrupted),
        detection=detection,
        timings=playing.seen.timings(detection, repair=repair),
        corrupted_rows_published=corrupted,
        watched=playing.watcher.watched(),
        nights=tuple(playing.judged),
        moments=playing.seen.moments(),
        messages=messages_of(playing.on),
        repaired=repaired,
        resolved=resolved,
        warm_days=warm_days,
        warm_held=warm_held,
    )


def _night(playing: _Play, day: date) -> None:
    """The truth and the clean twin in process, the night itself in Airflow."""
    ground, plant = playing.ground, playing.plant
    clean = clean_night(ground.lender, day, playing.nights)
    faulty = faulty_night(ground.lender, clean, plant, playing.nights / f"faulty-{day}")
    truth = ground.library.truth(clean.candidates, faulty.candidates, plant)
    playing.twins.append(play(knowing(playing.twin, ground.lender.calendars(plant)), ground.lender, clean, run="twin"))
    playing.clean.append(clean)
    playing.truths.append(truth)
    playing.watcher.watch_for(clean_partitions(playing.on, clean))
    playing.seen.begin({job for job in JOBS if job in truth.rows or job not in faulty.candidates})
    deliver_night(ground.lender.world, day, plant, playing.home / "landing")
    write_sql(day, plant, playing.home / "sql")
    for job in JOBS:
        _run(playing, job, day, before=0, by_itself=bool(JOBS[job]))
    playing.judged.append(playing.seen.night(day))


def _run(playing: _Play, job: str, day: date, *, before: int, by_itself: bool) -> None:
    """One job's run for the day until it has ended; a join waits for its inputs, and Airflow starts it `by_itself` after them."""
    key = key_of(playing.on, job, day)
    if not playing.seen.readable(JOBS[job], key):
        return
    playing.says(f"Airflow runs {job} {key}")
    started = by_itself and _started(playing, job, key, before)
    newest = playing.airflow.runs(job, key)[0].id if started else playing.airflow.trigger(job, key)
    end = time.monotonic() + ENDED_SECONDS_MAX
    while not ((run := playing.airflow.run(job, newest)) and run.ended):
        playing.seen.look()
        _wait(end, f"the run of {job} for {key} has not ended")
    playing.seen.look()


def _started(playing: _Play, job: str, key: str, before: int) -> bool:
    """Whether Airflow has started a run more than there were before, given some time."""
    end = time.monotonic() + STARTED_SECONDS_MAX
    while len(playing.airflow.runs(job, key)) <= before:
        if time.monotonic() > end:
            return False
        playing.seen.look()
        time.sleep(POLL_SECONDS)
    return True


def _repair(playing: _Play) -> tuple[bool, bool, float | None]:
    """Mend the jobs and let the vendors deliver anew: whether all is readable as it should be, no incident open, and how long."""
    began = time.monotonic()
    for file in (playing.home / "sql" / SOURCE).iterdir():
        file.unlink()
    playing.seen.repairing()
    for night in playing.clean:
        _repair_night(playing, night)
    repaired = all(is_clean(playing.on, night, job) for night in playing.clean for job in JOBS)
    resolved = not playing.on.ledger.open_incidents()
    if resolved:
        playing.seen.resolved()
    return repaired, resolved, time.monotonic() - began if repaired and resolved else None


def _repair_night(playing: _Play, night: Night) -> None:
    deliver_night(playing.ground.lender.world, night.day, None, playing.home / "landing")
    keys = {job: key_of(playing.on, job, night.day) for job in JOBS}
    before = {job: len(playing.airflow.runs(job, key)) for job, key in keys.items()}
    again: set[str] = set()
    for job, inputs in JOBS.items():
        if not is_clean(playing.on, night, job):
            _run(playing, job, night.day, before=before[job], by_itself=bool(again & set(inputs)))
            again.add(job)
    playing.seen.night(night.day)


def _unpause(playing: _Play, job: str) -> None:
    end = time.monotonic() + PARSED_SECONDS_MAX
    while not playing.airflow.has_dag(job):
        _wait(end, f"dags/{job}.py has not been read")
    playing.airflow.unpause(job)


def _wait(end: float, what: str) -> None:
    if time.monotonic() > end:
        raise OrchestratorFailed(f"The drill's Airflow: {what} in time. Is this machine very busy? Try again.")
    time.sleep(POLL_SECONDS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

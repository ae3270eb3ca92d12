"""Judge a file exactly as the gate would, and write nothing: the dry run behind `feature-health check`."""

import hashlib
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from feature_health.checks.divert import diversion
from feature_health.checks.examine import across_partitions, measures_needed, promised, run_expectations, window_needed
from feature_health.checks.finding import CheckRun, ExpectationResult, Finding
from feature_health.checks.schema_diff import Previous, judge_schema
from feature_health.contracts.contract import Contract
from feature_health.contracts.severity import Severity
from feature_health.ports import Calendar, Engine, Ledger, Store
from feature_health.profiles.history import History
from feature_health.profiles.measure import PREVIOUS
from feature_health.profiles.partition import PartitionId
from feature_health.profiles.profile import Profile
from feature_health.records import Relation
from feature_health.steps.history import history_before, previous_readable, volume
from feature_health.steps.profile import jobs_read, others
from feature_health.steps.stage import CONVERTED_SUFFIXES, PARQUET_SUFFIX, unknown_form
from feature_health.verdicts.verdict import Verdict, decide

_PATTERN = frozenset("*?[{")
"""An engine would take such a name for a pattern; the gate's own store gives none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the gate would say of a file. `left_out` names the checks over other partitions that were not asked for."""

    verdict: Verdict
    profile: Profile
    results: tuple[ExpectationResult, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """A home whose other partitions may be read."""

    ledger: Ledger
    store: Store


def check_file(
    file: Path,
    *,
    contract: Contract,
    key: str | None,
    as_of: datetime,
    engine: Engine,
    elsewhere: Elsewhere | None,
    calendars: Mapping[str, Calendar],
    alone: bool = False,
) -> Checked:
    """The verdict on a file as one partition of the contract's job.

    Without `elsewhere`, checks over other partitions are `unable` and block, unless `alone` leaves them out. Without `key` the
    file is judged as of `as_of`, but held where the contract has partitions: nobody said which one it is. A file that cannot be
    opened is a finding.
    """
    left_out = tuple(sorted(across_partitions(contract))) if alone else ()
    with tempfile.TemporaryDirectory(prefix="feature-health-") as scratch:
        seen = _look(file, Path(scratch), contract, engine, _others(contract, key, elsewhere))
    run = run_expectations(
        contract,
        seen,
        as_of=as_of,
        volume=(1.0, "") if key is None else volume(calendars, contract, key),
        period=None if key is None else contract.partition.period(key),
        history=_history(contract, key, elsewhere, calendars),
        sha256=_sha256(file) if window_needed(contract) and seen.unreadable is None else None,
        leave_out=left_out,
    )
    runs = (judge_schema(contract, seen, _previous(contract, key, elsewhere)), run)
    return Checked(verdict=_verdict(contract, seen, runs, left_out, key), profile=seen, results=run.results, left_out=left_out)


def _others(contract: Contract, key: str | None, elsewhere: Elsewhere | None) -> Mapping[str, Relation | str | None]:
    if elsewhere is not None and key is not None:
        return others(elsewhere.ledger, elsewhere.store, contract, PartitionId(job=contract.job, key=key))
    return _none_of(contract, _missing(elsewhere))


def _history(contract: Contract, key: str | None, elsewhere: Elsewhere | None, calendars: Mapping[str, Calendar]) -> History:
    if elsewhere is not None and key is not None:
        return history_before(elsewhere.ledger, calendars, contract, PartitionId(job=contract.job, key=key))
    return History(unread=_missing(elsewhere))


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _missing(elsewhere: Elsewhere | None) -> str:
    if elsewhere is not None:
        return "no partition key was given (--partition)"
    return "no home was given (--home), so no other partition can be read"


def _previous(contract: Contract, key: str | None, elsewhere: Elsewhere | None) -> Previous | None:
    if elsewhere is None or key is None:
        return None
    return previous_readable(elsewhere.ledger, PartitionId(job=contract.job, key=key))


def _none_of(contract: Contract, because: str) -> Mapping[str, Relation | str | None]:
    """Every partition that the contract's measures could read, absent for one and the same reason."""
    return dict.fromkeys((*jobs_read(contract), PREVIOUS), because)


def _look(file: Path, scratch: Path, contract: Contract, engine: Engine, found: Mapping[str, Relation | str | None]) -> Profile:
    closed = _why_not_open(file)
    if closed is not None:
        return Profile(engine=engine.name, unreadable=closed)
    if _PATTERN.intersection(str(file.absolute())):
        file = Path(shutil.copyfile(file, scratch / f"candidate{file.suffix}"))
    if file.suffix == PARQUET_SUFFIX:
        return engine.profile(file.absolute(), measures_needed(contract), found)
    if file.suffix not in CONVERTED_SUFFIXES:
        return Profile(engine=engine.name, unreadable=unknown_form(file.name))
    parquet = scratch / "delivery.parquet"
    conversion = engine.to_parquet(file.absolute(), contract, parquet)
    if conversion.unreadable:
        return Profile(engine=engine.name, unreadable=conversion.unreadable)
    return replace(engine.profile(parquet, measures_needed(contract), found), unparsed=conversion.unparsed)


def _why_not_open(file: Path) -> str | None:
    """Why there is nothing to read under this name, in words that say what to do; None when the file opens."""
    try:
        if file.is_dir():
            return f"{file} is a folder, not a file; name the one delivery in it that is to be judged"
        if file.exists() and not file.is_file():
            return f"{file} is no regular file (a pipe or a device); write the delivery to a file first"
        with file.open("rb") as opened:
            opened.read(1)
    except FileNotFoundError:
        return f"there is no file {file}; check the path, or ask for the delivery again"
    except OSError as error:
        return f"{file} could not be opened ({error.strerror}); look at its permissions and place"
    return None


def _verdict(
    contract: Contract, seen: Profile, runs: tuple[CheckRun, ...], left_out: tuple[str, ...], key: str | None
) -> Verdict:
    nameless = Finding(
        check="partition.key",
        kind="unable",
        severity=Severity.BLOCK,
        because="nobody said which partition this file is, so its day, age and row count cannot be judged; pass --partition KEY",
    )
    return decide(
        (*(finding for run in runs for finding in run.findings), *([nameless] if key is None and contract.partition.by else [])),
        promised=promised(contract) - set(left_out),
        ran=frozenset(check for run in runs for check in run.ran),
        policy=contract.policy,
        divertible=diversion(contract, seen),
    )

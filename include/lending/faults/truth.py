"""What a fault really did, computed from the candidates of a night and of its clean twin: rows, decisions, money, and how grave.

Decisions are those that the lender's own model and policy make of either feature vector, and those that are logged. Knows neither
faults nor how they are found.
"""

# ruff: noqa: S608 - making SQL is what this is for; names and values go through `identifier` and `literal`
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from lending.faults.fault import Breach
from lending.faults.flips import flipped
from lending.sql import connect, identifier, literal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Impact = Literal["S1", "S2", "S3"]

#: Jobs in the order of a night -> what names a row of the candidate, and when the row's fact was.
KEYS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "application_intake": ("application_id",),
        "bureau_pull": ("application_id", "bureau"),
        "income_verification": ("verification_id",),
        "dti_join": ("application_id",),
        "feature_vector": ("application_id",),
        "decision_log": ("application_id",),
        "loan_performance": ("loan_id", "mob"),
    }
)
_MOMENT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "application_intake": "submitted_at",
        "bureau_pull": "requested_at",
        "income_verification": "ordered_at",
        "dti_join": "feature_asof_ts",
        "feature_vector": "feature_asof_ts",
        "decision_log": "decided_at",
    }
)

#: Columns about the file that a row came in, not about the row.
OF_THE_FILE: Final = frozenset({"file_rows_declared", "file_rows_read", "payload_sha256"})

S1_SHARE_MIN: Final = 0.005
S2_SHARE_MIN: Final = 0.0005


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How a candidate differs from its clean twin's: rows by key, a digest of the sorted keys, and the first moment of any."""

    changed: int = 0
    lost: int = 0
    added: int = 0
    keys_sha256: str = ""
    first_at: datetime | None = None

    @property
    def rows(self) -> int:
        """Rows of the candidate that the clean twin has not as they are."""
        return self.changed + self.added


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What a fault did to one night. Jobs without a difference are left out; money in USD; `first_job` is where it can be seen
    first, from `first_at` on.
    """

    differences: Mapping[str, Difference]
    decisions: int
    flipped: int
    at_stake_usd: float
    impact: Impact
    breach: Breach | None = None

    @property
    def first_job(self) -> str | None:
        """The first job of the night whose candidate differs."""
        return next((job for job in KEYS if job in self.differences), None)

    @property
    def first_at(self) -> datetime | None:
        """The earliest moment of a row that differs in that job."""
        return self.differences[self.first_job].first_at if self.first_job else None


def truth(clean: Mapping[str, Path | str], faulty: Mapping[str, Path | str]) -> Truth:
    """Compare a night's candidates (job -> Parquet file) with those of its clean twin; a job that delivered nothing is left out
    of `faulty`.
    """
    other = [job for job in KEYS if job in clean and job in faulty and str(clean[job]) != str(faulty[job])]
    found = {job: difference(job, clean[job], faulty[job]) for job in other}
    decisions, changed, at_stake = flipped(clean, faulty)
    broken = breach(clean, faulty)
    return Truth(
        differences={job: one for job, one in found.items() if one != Difference()},
        decisions=decisions,
        flipped=changed,
        at_stake_usd=at_stake,
        impact=impact(changed / decisions if decisions else 0.0, broken),
        breach=broken,
    )


def impact(share_flipped: float, broken: Breach | None) -> Impact:
    """S1 from half a percent of decisions flipped on, or whenever a rule is broken; S2 from a twentieth of a percent on."""
    if broken or share_flipped >= S1_SHARE_MIN:
        return "S1"
    return "S2" if share_flipped >= S2_SHARE_MIN else "S3"


def corrupted_rows(job: str, clean: Path | str, published: Path | str) -> int:
    """How many rows of a published file the clean twin's candidate has not as they are; rows that it lacks do not count."""
    return difference(job, clean, published).rows


def difference(job: str, clean: Path | str, faulty: Path | str) -> Difference:
    """How a job's candidate differs from its clean twin's; columns that the faulty one has more do not count, lost ones do."""
    with connect() as connection:
        names = _columns(connection, clean)
        kept = [name for name in names if name not in OF_THE_FILE]
        for view, path, there in (("clean", clean, names), ("faulty", faulty, _columns(connection, faulty))):
            columns = ", ".join(_text(name, there) for name in kept)
            connection.execute(f"CREATE TEMP VIEW {view} AS SELECT {columns} FROM read_parquet({literal(str(path))})")
        connection.execute("CREATE TEMP TABLE gone AS FROM clean EXCEPT ALL FROM faulty")
        connection.execute("CREATE TEMP TABLE come AS FROM faulty EXCEPT ALL FROM clean")
        return _counted(connection, job, kept)


def _columns(connection: "DuckDBPyConnection", path: Path | str) -> list[str]:
    return [name for name, *_ in connection.execute(f"DESCRIBE FROM read_parquet({literal(str(path))})").fetchall()]


def _text(name: str, there: list[str]) -> str:
    """As text, so that a column of another type differs only where it reads differently."""
    return (
        f"CAST({identifier(name)} AS VARCHAR) AS {identifier(name)}" if name in there else f"NULL::VARCHAR AS {identifier(name)}"
    )


def _counted(connection: "DuckDBPyConnection", job: str, columns: list[str]) -> Difference:
    key = f"concat_ws('|', {', '.join(identifier(name) for name in KEYS[job] if name in columns)})"
    moment = identifier(_MOMENT[job]) if _MOMENT.get(job) in columns else "NULL"
    connection.execute(
        f"CREATE TEMP VIEW differing AS SELECT {key} AS key, -1 AS way, {moment} AS moment FROM gone "
        f"UNION ALL SELECT {key}, 1, {moment} FROM come"
    )
    [(changed, lost, added, digest, first)] = connection.execute(
        """
        WITH by_key AS (
            SELECT key, count(*) FILTER (way < 0) AS gone, count(*) FILTER (way > 0) AS come, min(moment) AS moment
            FROM differing
            GROUP BY key
        )
        SELECT
            coalesce(sum(least(gone, come)), 0), coalesce(sum(greatest(gone - come, 0)), 0),
            coalesce(sum(greatest(come - gone, 0)), 0),
            coalesce(sha256(string_agg(key, chr(10) ORDER BY key)), ''), CAST(min(moment) AS VARCHAR)
        FROM by_key
        """
    ).fetchall()
    return Difference(
        changed=int(changed),
        lost=int(lost),
        added=int(added),
        keys_sha256=digest,
        first_at=datetime.fromisoformat(first) if first else None,
    )


def breach(clean: Mapping[str, Path | str], faulty: Mapping[str, Path | str]) -> Breach | None:
    """The rule that the faulty twin breaks and the clean one does not, the gravest first."""
    rules: Mapping[Breach, tuple[tuple[str, ...], str]] = {
        "permissible_purpose": (("bureau_pull",), _PURPOSES),
        "quarantined_features": (("decision_log", "feature_vector"), _SNAPSHOTS),
        "leakage": (("feature_vector",), _LEAKS),
    }
    for rule, (jobs, query) in rules.items():
        if all(job in clean for job in jobs) and jobs[0] in faulty and _broken(query, clean, faulty, jobs):
            return rule
    return None


#: Pairs of kind and purpose that no clean pull has.
_PURPOSES: Final = """
    SELECT count(*) FROM faulty_bureau_pull AS pull
    WHERE NOT EXISTS (
        FROM clean_bureau_pull AS known
        WHERE known.pull_type = pull.pull_type AND known.permissible_purpose = pull.permissible_purpose
    )
"""
#: Logged decisions on a vector that neither was published nor is in the clean log.
_SNAPSHOTS: Final = """
    SELECT count(*) FROM faulty_decision_log AS log
    WHERE NOT EXISTS (FROM clean_feature_vector AS vector WHERE vector.snapshot_id = log.feature_snapshot_id)
        AND NOT EXISTS (FROM clean_decision_log AS fair WHERE fair.feature_snapshot_id = log.feature_snapshot_id)
"""
#: Vectors that hold what was known only after the moment as of which the clean twin was built.
_LEAKS: Final = """
    SELECT count(*) FROM faulty_feature_vector AS late JOIN clean_feature_vector AS fair USING (application_id)
    WHERE greatest(late.bureau_available_at, late.income_available_at) > fair.feature_asof_ts
        AND coalesce(greatest(fair.bureau_available_at, fair.income_available_at) <= fair.feature_asof_ts, TRUE)
"""


def _broken(query: str, clean: Mapping[str, Path | str], faulty: Mapping[str, Path | str], jobs: tuple[str, ...]) -> bool:
    """Whether the query counts any; a column that is not there breaks no rule, the gate sees that it is gone."""
    import duckdb

    with connect() as connection:
        for twin, files in (("clean", clean), ("faulty", faulty)):
            for job in jobs:
                if job in files:
                    connection.execute(f"CREATE TEMP VIEW {twin}_{job} AS FROM read_parquet({literal(str(files[job]))})")
        try:
            return bool(connection.execute(query).fetchall()[0][0])
        except (duckdb.BinderException, duckdb.CatalogException):
            return False

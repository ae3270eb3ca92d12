"""Small night's candidates by hand, of which anybody can work out what a fault did."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.faults import corrupted_rows, truth
from lending.faults.truth import impact

SIX = datetime(2026, 3, 5, 11, tzinfo=UTC)
GOOD = {"score_value": 760, "dti_back": 20.0, "inq_6m_value": 0, "annual_income": 90_000.0, "requested_amount": 8_000.0}
BAD = GOOD | {"score_value": 590}

Candidates = Callable[..., Mapping[str, Path]]


def vector(name: str, **values: Any) -> dict[str, Any]:
    """One feature vector, of a good applicant unless told otherwise."""
    known = {"bureau_available_at": SIX - timedelta(hours=9), "income_available_at": SIX - timedelta(hours=8)}
    return {"application_id": name, "snapshot_id": f"s-{name}", "feature_asof_ts": SIX, **known, **GOOD, **values}


def decision(name: str, decided: str, **values: Any) -> dict[str, Any]:
    """One logged decision."""
    logged = {"decision_id": f"d-{name}", "application_id": name, "decided_at": SIX, "decision": decided}
    return logged | {"feature_snapshot_id": f"s-{name}", "offered_amount": 5_000.0 if decided == "approve" else None} | values


@pytest.fixture
def candidates(tmp_path: Path) -> Candidates:
    """Candidates on disk: `candidates("clean", feature_vector=[...])`."""

    def write(twin: str, **jobs: list[dict[str, Any]]) -> Mapping[str, Path]:
        paths = {}
        for job, rows in jobs.items():
            paths[job] = tmp_path / f"{twin}-{job}.parquet"
            pq.write_table(pa.Table.from_pylist(rows), paths[job])
        return paths

    return write


def test_equal_twins_differ_in_nothing(candidates: Candidates) -> None:
    """Every night would have a fault."""
    night = candidates("clean", feature_vector=[vector("a"), vector("b", **BAD)], decision_log=[decision("a", "approve")])
    found = truth(night, night)
    assert (found.differences, found.decisions, found.flipped, found.at_stake_usd) == ({}, 2, 0, 0.0)
    assert (found.impact, found.breach, found.first_job, found.first_at) == ("S3", None, None, None)


def test_rows_changed_lost_and_added_are_counted_by_key(candidates: Candidates) -> None:
    """A lost row would be a corrupted one, or a doubled one none."""
    clean = candidates("clean", feature_vector=[vector("a"), vector("b"), vector("c"), vector("d")])
    rows = [vector("a"), vector("b", dti_back=21.0), vector("d"), vector("d"), vector("e")]
    faulty = candidates("faulty", feature_vector=rows)
    found = truth(clean, faulty).differences["feature_vector"]
    assert (found.changed, found.lost, found.added, found.rows) == (1, 1, 2, 3)
    assert found.keys_sha256 == hashlib.sha256(b"b\nc\nd\ne").hexdigest()
    assert found.first_at == SIX
    assert corrupted_rows("feature_vector", clean["feature_vector"], faulty["feature_vector"]) == 3


def test_flips_are_decided_by_the_lenders_own_model(candidates: Candidates) -> None:
    """What a fault does to customers would be a matter of opinion."""
    clean = [vector("a"), vector("b", requested_amount=11_000.0), vector("c", **BAD), vector("d"), vector("e", **BAD)]
    faulty = [
        vector("a", dti_back=21.0),  # changed, decided the same
        vector("b", score_value=None, requested_amount=11_000.0),  # approved before, now referred
        vector("c"),  # declined before, now approved
    ]  # d, approved before, has no row any more; e, declined, has none either and nothing changes
    found = truth(candidates("clean", feature_vector=clean), candidates("faulty", feature_vector=faulty))
    assert (found.decisions, found.flipped, found.at_stake_usd) == (5, 3, 11_000.0 + 8_000.0 + 8_000.0)
    assert found.impact == "S1"


def test_a_night_without_vectors_flips_every_approval(candidates: Candidates) -> None:
    """A job that delivers nothing would do no harm."""
    clean = candidates("clean", feature_vector=[vector("a"), vector("b", **BAD)])
    assert truth(clean, {}).flipped == 1


def test_logged_decisions_count_as_they_are_logged(candidates: Candidates) -> None:
    """Faults of decisions would flip none, since the vectors are the same."""
    vectors = [vector("a"), vector("b", **BAD), vector("c")]
    log = [decision("a", "approve"), decision("b", "decline"), decision("c", "approve")]
    doubled = [*log[:1], decision("a", "decline", decision_id="d-a2"), decision("b", "approve"), log[2]]
    clean = candidates("clean", feature_vector=vectors, decision_log=log)
    found = truth(clean, candidates("faulty", feature_vector=vectors, decision_log=doubled))
    assert (found.decisions, found.flipped, found.at_stake_usd) == (3, 2, 8_000.0 + 8_000.0)
    assert found.first_job == "decision_log"


def test_a_log_without_vectors_counts_what_was_offered(candidates: Candidates) -> None:
    """Nothing would be at stake where only the log is at hand."""
    clean = candidates("clean", decision_log=[decision("a", "approve"), decision("b", "decline")])
    faulty = candidates("faulty", decision_log=[decision("a", "decline"), decision("b", "decline")])
    found = truth(clean, faulty)
    assert (found.decisions, found.flipped, found.at_stake_usd) == (2, 1, 5_000.0)


def test_what_was_known_only_later_is_leakage(candidates: Candidates) -> None:
    """The gravest fault would be harmless as long as it flips nobody."""
    late = vector("a", income_available_at=SIX + timedelta(hours=1))
    moved = vector("a", income_available_at=SIX + timedelta(hours=1), feature_asof_ts=SIX + timedelta(days=7))
    clean = candidates("clean", feature_vector=[vector("a")])
    for row in (late, moved):
        found = truth(clean, candidates("faulty", feature_vector=[row]))
        assert (found.flipped, found.breach, found.impact) == (0, "leakage", "S1")


def test_a_purpose_that_no_clean_pull_has_is_a_breach(candidates: Candidates) -> None:
    """Five unlawful pulls among five thousand would be rounding."""
    pull = {"application_id": "a", "bureau": "EFX", "pull_type": "hard", "permissible_purpose": "credit_transaction"}
    other = pull | {"permissible_purpose": "account_review"}
    found = truth(candidates("clean", bureau_pull=[pull]), candidates("faulty", bureau_pull=[other]))
    assert (found.breach, found.impact, found.decisions) == ("permissible_purpose", "S1", 0)


def test_decisions_on_other_vectors_than_the_published_are_a_breach(candidates: Candidates) -> None:
    """Decisions from quarantined features would pass for ordinary ones."""
    vectors, log = [vector("a")], [decision("a", "approve")]
    clean = candidates("clean", feature_vector=vectors, decision_log=log)
    held = [decision("a", "approve", feature_snapshot_id="of a revision that was held")]
    found = truth(clean, candidates("faulty", feature_vector=vectors, decision_log=held))
    assert (found.breach, found.impact, found.flipped) == ("quarantined_features", "S1", 0)


def test_what_a_file_says_of_itself_corrupts_no_row(candidates: Candidates) -> None:
    """Every row of a file that breaks off would count as corrupted, those that arrived whole too."""
    pull = {"application_id": "a", "bureau": "EFX", "score_raw": 700, "file_rows_declared": 9, "payload_sha256": "x"}
    clean = candidates("clean", bureau_pull=[pull])
    faulty = candidates("faulty", bureau_pull=[pull | {"file_rows_declared": 8, "payload_sha256": "y", "new_column": 1}])
    assert corrupted_rows("bureau_pull", clean["bureau_pull"], faulty["bureau_pull"]) == 0


def test_a_lost_column_corrupts_every_row(candidates: Candidates) -> None:
    """A block that is gone altogether would be no difference."""
    rows = [{"application_id": name, "bureau": "EFX", "score_raw": 700} for name in "ab"]
    fewer = [{name: value for name, value in row.items() if name != "score_raw"} for row in rows]
    clean, faulty = candidates("clean", bureau_pull=rows), candidates("faulty", bureau_pull=fewer)
    assert corrupted_rows("bureau_pull", clean["bureau_pull"], faulty["bureau_pull"]) == 2


@given(st.floats(0, 1), st.floats(0, 1))
def test_more_flips_are_never_graver_by_less(one: float, other: float) -> None:
    """A fault that flips more would be let off more easily."""
    assert impact(max(one, other), None) <= impact(min(one, other), None)


@pytest.mark.parametrize(("share", "expected"), [(0.005, "S1"), (0.00499, "S2"), (0.0005, "S2"), (0.00049, "S3"), (0.0, "S3")])
def test_impact_by_the_share_of_decisions(share: float, expected: str) -> None:
    """The figures of the drill would be about other faults."""
    assert impact(share, None) == expected

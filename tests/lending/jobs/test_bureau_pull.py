"""Special codes, repeats and changes of a bureau's delivery, on files of a few rows."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from lending.bureau_codes import CAUSES, CODES, KIND_OF, Bureau
from lending.errors import DeliveryMissing
from lending.jobs import bureau_pull
from lending.settings import Settings

Rows = Callable[..., list[tuple[Any, ...]]]
KEY = "2026-03-04"

ORDINARY = {
    "pull_id": "p1", "application_id": "a1", "consumer_key": "c1", "product_code": "CORE", "pull_type": "hard",
    "permissible_purpose": "credit_transaction", "requested_at": "2026-03-04T15:00:00Z", "responded_at": "2026-03-04T15:00:01Z",
    "received_at": "2026-03-04T15:05:00Z", "hit_status": "hit", "file_date": "2026-03-03", "score_model": "FICO8",
    "score_raw": "700",
    **dict.fromkeys(KIND_OF, "7"),
}  # fmt: skip


def _csv(lender: Settings, *rows: Mapping[str, str], trailer: str | None = None, bureau: str = "EFX") -> None:
    columns = list(dict.fromkeys(name for row in rows for name in row)) or list(ORDINARY)
    lines = [",".join(columns), *(",".join(row.get(name, "") for name in columns) for row in rows)]
    lines += [f"TRAILER|rows={len(rows)}" if trailer is None else trailer]
    _write(lender, f"{bureau}.csv", "".join(f"{line}\n" for line in lines))


def _write(lender: Settings, name: str, text: str) -> None:
    folder = lender.landing / "bureau" / KEY
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)


def _look(lender: Settings, look: Rows, what: str) -> list[tuple[Any, ...]]:
    return look(f"SELECT {what} FROM candidate ORDER BY ALL", candidate=bureau_pull.run(KEY, settings=lender))


@pytest.mark.parametrize("bureau", CODES)
def test_a_reserved_number_becomes_its_reason(lender: Settings, look: Rows, bureau: Bureau) -> None:
    """A special code would be used as a number, or as another bureau's meaning of it."""
    coded = [
        {**ORDINARY, "application_id": f"{cause}", **{name: str(CODES[bureau][kind][cause]) for name, kind in KIND_OF.items()}}
        for cause in CAUSES
    ]
    _csv(lender, *coded, bureau=bureau)
    path = bureau_pull.run(KEY, settings=lender)
    for attribute in KIND_OF:
        found = look(f"SELECT application_id, {attribute}_value, {attribute}_reason FROM c ORDER BY ALL", c=path)
        assert found == [(cause, None, cause) for cause in sorted(CAUSES)]


def test_a_number_in_no_table_stays_for_the_range_check(lender: Settings, look: Rows) -> None:
    """A new special code would disappear as missing."""
    _csv(lender, {**ORDINARY, "mths_oldest_trade": "995", "score_raw": "9998"})
    assert _look(lender, look, "mths_oldest_trade_value, mths_oldest_trade_reason, score_value, score_raw") == [
        (995, "ok", 9998, 9998)
    ]


@pytest.mark.parametrize(
    ("hit_status", "score_raw", "score_reason", "reason"),
    [
        ("no_hit", "9000", "no_hit", "no_hit"),
        ("hit_no_score", "9001", "deceased", "deceased"),
        ("timeout", "", "vendor_error", "vendor_error"),
        ("hit_no_score", "9002", "not_computable", None),
        ("hit", "", None, None),
    ],
)
def test_why_a_value_is_missing(
    lender: Settings, look: Rows, hit_status: str, score_raw: str, score_reason: str | None, reason: str | None
) -> None:
    """A reason would be invented for what the vendor left out, or a known one be lost."""
    _csv(lender, {**ORDINARY, "hit_status": hit_status, "score_raw": score_raw, "inq_6m": ""})
    assert _look(lender, look, "score_value, score_reason, inq_6m_value, inq_6m_reason") == [(None, score_reason, None, reason)]


def test_repeats_within_ten_minutes_are_one_pull(lender: Settings, look: Rows) -> None:
    """Retries would fan out the join, or a timeout would hide the answer that followed it."""
    again = {**ORDINARY, "pull_id": "p2", "requested_at": "2026-03-04T15:00:20Z", "responded_at": "2026-03-04T15:00:21Z"}
    _csv(lender, {**ORDINARY, "hit_status": "timeout", "responded_at": ""}, again)
    assert _look(lender, look, "pull_id, hit_status") == [("p2", "hit")]
    _csv(lender, ORDINARY, {**again, "hit_status": "timeout", "responded_at": ""})
    assert _look(lender, look, "pull_id, hit_status") == [("p1", "hit")]


def test_a_later_pull_of_the_same_application_stays(lender: Settings, look: Rows) -> None:
    """A second pull, which costs money and should not be there, would be hidden from the gate."""
    _csv(lender, ORDINARY, {**ORDINARY, "pull_id": "p2", "requested_at": "2026-03-04T15:10:01Z"})
    assert _look(lender, look, "pull_id") == [("p1",), ("p2",)]


def test_rows_without_an_application_are_not_folded_into_one(lender: Settings, look: Rows) -> None:
    """A thousand rows that lost their key would reach the gate as one."""
    _csv(lender, *({**ORDINARY, "application_id": "", "pull_id": f"p{i}"} for i in range(3)))
    assert _look(lender, look, "count(*), count(application_id)") == [(3, 0)]


@pytest.mark.parametrize(
    ("trailer", "declared"), [("TRAILER|rows=2", 2), ("TRAILER|rows=5", 5), ("TRAILER|rows=many", None), ("", None)]
)
def test_a_trailer_that_disagrees_reaches_the_gate(lender: Settings, look: Rows, trailer: str, declared: int | None) -> None:
    """A truncated upload would pass as a quiet day, or stop the job before anybody could judge it."""
    _csv(lender, ORDINARY, {**ORDINARY, "application_id": "a2", "pull_id": "p2"}, trailer=trailer)
    assert _look(lender, look, "DISTINCT file_rows_declared, file_rows_read") == [(declared, 2)]


def test_a_header_alone_gives_a_candidate_without_rows(lender: Settings, look: Rows) -> None:
    """A delivery of nothing would be an error instead of a finding."""
    _csv(lender)
    assert _look(lender, look, "count(*)") == [(0,)]


def test_a_renamed_field_is_one_removed_and_one_added(lender: Settings, look: Rows) -> None:
    """A renamed field would look like a field full of nulls, and nobody would see its new name."""
    row = {**ORDINARY, "revolving_utilization": "45"}
    del row["rev_util"]
    _csv(lender, row)
    names = {name for (name,) in look("SELECT column_name FROM (DESCRIBE c)", c=bureau_pull.run(KEY, settings=lender))}
    assert "revolving_utilization" in names
    assert not names & {"rev_util_value", "rev_util_reason"}


def test_an_added_field_with_a_name_of_ours_is_set_apart(lender: Settings, look: Rows) -> None:
    """The vendor's own `available_at` would crash the job or take the place of ours."""
    _csv(lender, {**ORDINARY, "available_at": "soon"})
    assert _look(lender, look, "available_at::VARCHAR, delivered_available_at") == [("2026-03-04 15:05:00+00", "soon")]


def test_a_shifted_row_reaches_the_gate(lender: Settings, look: Rows) -> None:
    """A row with a field too many would stop the whole file."""
    _write(lender, "EFX.csv", ",".join(ORDINARY) + "\n" + ",".join(["p0", *ORDINARY.values()]) + "\nTRAILER|rows=1\n")
    assert _look(lender, look, "count(*), count(requested_at), count(score_raw)") == [(1, 0, 0)]


def test_nested_blocks_lend_no_name_to_their_fields(lender: Settings, look: Rows) -> None:
    """One bureau's attributes would land in columns of their own."""
    flat = {name: value for name, value in ORDINARY.items() if name not in ("score_model", "score_raw") and name not in KIND_OF}
    nested = {**flat, "score": {"score_model": "FICO8", "score_raw": 701}, "attributes": dict.fromkeys(KIND_OF, 8)}
    _write(lender, "EXP.jsonl", json.dumps(nested) + "\n")
    assert _look(lender, look, "bureau, score_value, inq_6m_value") == [("EXP", 701, 8)]


def test_a_bureau_that_sent_nothing_leaves_the_others(small_day: Settings, look: Rows) -> None:
    """One late vendor would keep the other two from being judged."""
    (small_day.landing / "bureau" / KEY / "EXP.jsonl").unlink()
    assert _look(small_day, look, "DISTINCT bureau") == [("EFX",), ("TUC",)]


def test_no_delivery_at_all_says_where_it_looked(lender: Settings) -> None:
    """An engineer at night would not know whom to ask."""
    with pytest.raises(DeliveryMissing, match=r"Has the vendor delivered\?"):
        bureau_pull.run(KEY, settings=lender)


def test_the_payload_digest_knows_a_replayed_response(small_day: Settings, look: Rows) -> None:
    """Yesterday's file delivered again would have new digests for the same responses."""
    first = _look(small_day, look, "payload_sha256")
    later = small_day.landing / "bureau" / "2026-03-05"
    later.mkdir()
    for path in (small_day.landing / "bureau" / KEY).iterdir():
        (later / path.name).write_bytes(path.read_bytes())
    again = look("SELECT payload_sha256 FROM c ORDER BY ALL", c=bureau_pull.run("2026-03-05", settings=small_day))
    assert first == again
    assert len({digest for (digest,) in first if digest}) > 150

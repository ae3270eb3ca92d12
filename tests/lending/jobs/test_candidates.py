"""What all jobs share: refusing keys and unreadable files, writing the same bytes whole or not at all, never showing a row."""

import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from upath import UPath

from lending.errors import DeliveryUnreadable, PartitionKeyRefused
from lending.jobs import application_intake, bureau_pull, dti_join, income_verification
from lending.settings import Settings
from lending.sql import connect, write_parquet
from lending.world import World, deliver

Rows = Callable[..., list[tuple[Any, ...]]]
KEY = "2026-03-04"
FEEDS = (application_intake, bureau_pull, income_verification)


def _digests(settings: Settings) -> list[str]:
    made = {job.__name__.rpartition(".")[2]: job.run(KEY, settings=settings) for job in FEEDS}
    made["dti_join"] = dti_join.run(KEY, made, settings=settings)
    return [hashlib.sha256(Path(path).read_bytes()).hexdigest() for path in made.values()]


@pytest.mark.parametrize("key", ["../../etc", "2026-6-2", "", "2026-03-04/..", "2026-03-04\n", "٢٠٢٦-٠٣-٠٤", "x" * 10_000])
@pytest.mark.parametrize("job", FEEDS, ids=lambda job: job.__name__.rpartition(".")[2])
def test_a_key_that_is_no_day_is_refused(lender: Settings, job: Any, key: str) -> None:
    """A job started by hand would read or write outside its folders."""
    with pytest.raises(PartitionKeyRefused) as refused:
        job.run(key, settings=lender)
    assert len(str(refused.value)) < 250
    assert not Path(str(lender.candidates)).exists()


def test_the_same_deliveries_give_the_same_bytes(small_day: Settings) -> None:
    """A rerun would look like a revision and be judged and announced again."""
    first = _digests(small_day)
    assert _digests(small_day) == first


def test_the_order_of_delivery_does_not_matter(small_day: Settings) -> None:
    """A vendor who sorts otherwise would deliver a revision without a change."""
    first = _digests(small_day)
    income = small_day.landing / "income" / f"{KEY}.jsonl"
    income.write_text("".join(reversed(income.read_text().splitlines(keepends=True))))
    with duckdb.connect() as connection:
        applications = small_day.landing / "applications" / f"{KEY}.parquet"
        connection.execute(f"CREATE TABLE t AS FROM read_parquet('{applications}') ORDER BY requested_amount, application_id")
        connection.execute(f"COPY t TO '{applications}' (FORMAT parquet)")
    assert _digests(small_day) == first


def test_no_unfinished_file_stays_behind(tmp_path: Path) -> None:
    """Half a candidate would be staged, or leftovers would fill the disk."""
    target = tmp_path / "out" / "x.parquet"
    with connect() as connection:
        write_parquet(connection, "SELECT 1 AS a", UPath(target))
        before = target.read_bytes()
        with pytest.raises(duckdb.Error):
            write_parquet(connection, "SELECT error('the disk is full') AS a FROM range(10)", UPath(target))
    assert [path.name for path in target.parent.iterdir()] == ["x.parquet"]
    assert target.read_bytes() == before


def test_deliveries_and_candidates_may_lie_in_an_object_store(look: Rows, tmp_path: Path) -> None:
    """Everything but a local folder would fail in production."""
    settings = Settings(landing=UPath("memory://lender/landing"), candidates=UPath("memory://lender/candidates"))
    deliver(World(seed=7, applications=100), date(2026, 3, 4), settings.landing)
    made = {job.__name__.rpartition(".")[2]: job.run(KEY, settings=settings) for job in FEEDS}
    path = dti_join.run(KEY, made, settings=settings)
    assert path == "memory://lender/candidates/dti_join/2026-03-04.parquet"
    (tmp_path / "copy.parquet").write_bytes(UPath(path).read_bytes())
    assert look("SELECT count(*) > 80 FROM c", c=tmp_path / "copy.parquet") == [(True,)]


SECRET = "4111-secret"
BROKEN = {
    "EFX.csv": [b"", b"a,b\n1,\xff\xfe" + SECRET.encode() + b"\n", b'a,b\n1,"' + SECRET.encode() + b"\n"],
    "EXP.jsonl": [b"", b'{"pull_id": "p", "score": ' + SECRET.encode() + b"\n", b'{"pull_id": "' + SECRET.encode()],
    "TUC.parquet": [b"", b"PAR1" + SECRET.encode(), b"PAR1 cut off"],
}


@pytest.mark.parametrize(("name", "content"), [(name, content) for name, contents in BROKEN.items() for content in contents])
def test_an_unreadable_file_is_refused_without_showing_its_rows(lender: Settings, name: str, content: bytes) -> None:
    """Half of a file would be published, or a credit report would stand in a log."""
    folder = lender.landing / "bureau" / KEY
    folder.mkdir(parents=True)
    (folder / name).write_bytes(content)
    with pytest.raises(DeliveryUnreadable, match="Ask the vendor to deliver it again") as refused:
        bureau_pull.run(KEY, settings=lender)
    assert name in str(refused.value)
    assert SECRET not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


def test_a_truncated_parquet_is_refused(small_day: Settings) -> None:
    """An upload that stopped half way would be an error of ours."""
    applications = small_day.landing / "applications" / f"{KEY}.parquet"
    applications.write_bytes(applications.read_bytes()[:5000])
    with pytest.raises(DeliveryUnreadable, match="cannot be read as parquet"):
        application_intake.run(KEY, settings=small_day)

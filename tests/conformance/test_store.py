"""Every store: bytes kept unchanged, under names that nobody else uses and that lead nowhere else."""

import hashlib
from pathlib import Path

import pytest
from upath import UPath

from feature_health.errors import StoreFailed
from feature_health.ports import Store
from feature_health.profiles.partition import PartitionId
from feature_health.records import Staged
from tests.conformance.ledgers import DAY


def candidate(folder: Path, content: bytes = b"id,fico\n1,700\n", name: str = "out.csv") -> str:
    """A job's result."""
    path = folder / name
    path.write_bytes(content)
    return str(path)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below the store's folder."""
    found = (path for path in (folder / "deep").rglob("*") if path.is_file())
    return {path.relative_to(folder / "deep" / "store").as_posix(): path.read_bytes() for path in found}


def derived(store: Store, staged: Staged, content: bytes) -> Staged:
    """A Parquet form, written and sealed as the stage step does it."""
    place = store.beside(staged.path, ".parquet")
    place.write_bytes(content)
    return store.seal(place)


@pytest.mark.parametrize("content", [b"id,fico\n1,700\n", b"", b"x" * (3 << 20)], ids=["small", "empty", "three chunks"])
def test_bytes_are_kept_as_they_came(store: Store, tmp_path: Path, content: bytes) -> None:
    """What is judged would not be what was delivered."""
    staged = store.stage(DAY, candidate(tmp_path, content))
    assert staged.sha256 == hashlib.sha256(content).hexdigest()
    assert staged.bytes == len(content)
    assert store.local(staged.path).read_bytes() == content
    assert store.intact(staged.path, staged.sha256)
    assert list(contents(tmp_path)) == [staged.path]


def test_the_same_bytes_are_the_same_file(store: Store, tmp_path: Path) -> None:
    """A delivery that comes twice would be judged twice."""
    first = store.stage(DAY, candidate(tmp_path))
    assert store.stage(DAY, candidate(tmp_path, name="other.csv")) == first
    assert store.stage(DAY, candidate(tmp_path, b"else")) != first
    assert len(contents(tmp_path)) == 2


@pytest.mark.parametrize(
    ("name", "suffix"),
    [("a.parquet", ".parquet"), ("a.CSV", ".csv"), ("a", ""), ("a.tar.gz", ".gz"), ("a.we ird", ""), (".csv", "")],
)
def test_the_form_of_a_delivery_stays_in_sight(store: Store, tmp_path: Path, name: str, suffix: str) -> None:
    """The engine would not know how to read the file, or a strange name would get into the store."""
    staged = store.stage(DAY, candidate(tmp_path, name=name))
    assert staged.path == f"{DAY.job}/{DAY.key}/{staged.sha256}{suffix}"


def test_a_candidate_may_lie_anywhere(store: Store, tmp_path: Path) -> None:
    """A job that writes to a bucket could not be gated."""
    UPath("memory://landing/out.csv").write_bytes(b"remote")
    assert store.local(store.stage(DAY, "memory://landing/out.csv").path).read_bytes() == b"remote"
    local = Path(candidate(tmp_path, b"local")).as_uri()
    assert store.local(store.stage(DAY, local).path).read_bytes() == b"local"


@pytest.mark.parametrize("place", ["{}/missing.csv", "memory://landing/missing.csv", "nosuch://a/b.csv", "{}", "{}/a\0b"])
def test_a_candidate_that_is_not_there_is_an_error_in_words(store: Store, tmp_path: Path, place: str) -> None:
    """A job that wrote nothing would end in a traceback, or leave an empty partition."""
    with pytest.raises(StoreFailed, match=r"^Staging .*(no such file|could not be read)"):
        store.stage(DAY, place.format(tmp_path))
    assert contents(tmp_path) == {}


@pytest.mark.parametrize("name", ["../../etc", "..", "", "a/b", "a\0", "x" * 10_000, ".hidden", "2026-06-02\n"])
def test_a_name_that_leads_elsewhere_is_refused(store: Store, tmp_path: Path, name: str) -> None:
    """A key from outside could write over any file."""
    made = candidate(tmp_path)
    for partition in (PartitionId(job=name, key="2026-06-02"), PartitionId(job="bureau_pull", key=name)):
        with pytest.raises(StoreFailed) as raised:
            store.stage(partition, made)
        assert len(str(raised.value)) < 200
    assert contents(tmp_path) == {}


@pytest.mark.parametrize("path", ["../outside", "/etc/passwd", "bureau_pull/../../../outside"])
def test_reading_stays_inside_the_store(store: Store, tmp_path: Path, path: str) -> None:
    """A name in the ledger could make the engine read any file."""
    (tmp_path / "outside").write_text("secret")
    for ask in (store.local, lambda name: store.intact(name, "0" * 64), lambda name: store.seal(Path(name))):
        with pytest.raises(StoreFailed, match="leads outside"):
            ask(path)


def test_a_link_in_the_store_leads_nowhere(store: Store, tmp_path: Path) -> None:
    """A link planted in the store would carry partitions to where others can read them."""
    staged = store.stage(DAY, candidate(tmp_path))
    job = store.local(staged.path).parent.parent
    (job / "2026-06-03").symlink_to(tmp_path)
    with pytest.raises(StoreFailed, match="leads outside"):
        store.stage(PartitionId(job=DAY.job, key="2026-06-03"), candidate(tmp_path))
    with pytest.raises(StoreFailed, match="leads outside"):
        store.local(f"{DAY.job}/2026-06-03/out.csv")


def test_a_changed_or_missing_file_is_not_intact(store: Store, tmp_path: Path) -> None:
    """A file that was changed after its verdict would be published."""
    staged = store.stage(DAY, candidate(tmp_path))
    file = store.local(staged.path)
    file.chmod(0o640)
    file.write_bytes(b"other")
    assert not store.intact(staged.path, staged.sha256)
    assert store.stage(DAY, candidate(tmp_path)) == staged
    assert store.intact(staged.path, staged.sha256), "delivered again, it is whole again"
    store.local(staged.path).unlink()
    assert not store.intact(staged.path, staged.sha256)
    with pytest.raises(StoreFailed, match="it is gone"):
        store.local(staged.path)


def test_a_derived_file_is_named_by_its_contents(store: Store, tmp_path: Path) -> None:
    """A publication would point at a file that a later conversion changes."""
    staged = store.stage(DAY, candidate(tmp_path))
    first = derived(store, staged, b"parquet")
    assert first.path == f"{DAY.job}/{DAY.key}/{first.sha256}.parquet"
    assert first == derived(store, staged, b"parquet")
    second = derived(store, staged, b"parquet under another contract")
    assert store.local(first.path).read_bytes() == b"parquet"
    assert store.local(second.path).read_bytes() == b"parquet under another contract"
    assert len(contents(tmp_path)) == 3


def test_two_writers_beside_one_file_do_not_meet(store: Store, tmp_path: Path) -> None:
    """Two runs that convert the same delivery would write into each other's file."""
    staged = store.stage(DAY, candidate(tmp_path))
    first, second = store.beside(staged.path, ".parquet"), store.beside(staged.path, ".parquet")
    assert first != second
    assert not first.exists()
    assert first.suffix == ".parquet"


def test_only_what_was_written_beside_can_be_sealed(store: Store, tmp_path: Path) -> None:
    """An engine that wrote nothing would leave a publication without a file."""
    staged = store.stage(DAY, candidate(tmp_path))
    for place in (store.beside(staged.path, ".parquet"), store.local(staged.path)):
        with pytest.raises(StoreFailed, match="nothing was written there"):
            store.seal(place)
    with pytest.raises(StoreFailed, match="is no suffix"):
        store.beside(staged.path, "/../../x")

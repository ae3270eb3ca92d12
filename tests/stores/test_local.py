import errno
import os
import resource
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from feature_health.errors import SettingsInvalid, StoreFailed
from feature_health.stores.local import FileStore
from tests.conformance.ledgers import DAY

FOLDER = f"{DAY.job}/{DAY.key}"


def candidate(folder: Path, size: int = 100) -> str:
    """A job's result of that many bytes."""
    path = folder / "out.parquet"
    path.write_bytes(b"x" * size)
    return str(path)


def names(store: Path) -> list[str]:
    """What lies in the partition's folder."""
    return sorted(path.name for path in (store / FOLDER).iterdir()) if (store / FOLDER).exists() else []


def test_kept_files_are_closed_to_others_and_not_written_again(tmp_path: Path) -> None:
    """Any user of the machine could read applicants' data, or change what was judged."""
    staged = FileStore(str(tmp_path / "store")).stage(DAY, candidate(tmp_path))
    file = tmp_path / "store" / staged.path
    assert file.stat().st_mode & 0o777 == 0o440
    assert [folder.stat().st_mode & 0o027 for folder in (file.parent, file.parent.parent, tmp_path / "store")] == [0] * 3


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    """Half a partition would lie in the store, or the task would die without saying what to do."""
    store, made = FileStore(str(tmp_path / "store")), candidate(tmp_path, size=3 << 20)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, hard))
    try:
        with pytest.raises(StoreFailed, match=r"no room in the store .*bytes are free.*Make room, then run again"):
            store.stage(DAY, made)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert names(tmp_path / "store") == []
    assert store.stage(DAY, made).bytes == 3 << 20


def test_a_disk_that_fills_up_while_syncing_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """File systems that allocate late say so only then; the partition would look kept."""

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("feature_health.stores.local.os.fsync", full)
    (tmp_path / "store" / FOLDER).mkdir(parents=True)
    with pytest.raises(StoreFailed, match="No space left on device"):
        FileStore(str(tmp_path / "store")).stage(DAY, candidate(tmp_path))
    assert names(tmp_path / "store") == []


def test_a_store_that_cannot_be_written_is_an_error_in_words(tmp_path: Path) -> None:
    """A wrong setting would end in a traceback."""
    (tmp_path / "store").write_text("a file where the folder should be")
    with pytest.raises(StoreFailed, match="Check that this user may write there"):
        FileStore(str(tmp_path / "store")).stage(DAY, candidate(tmp_path))


def test_a_store_elsewhere_is_refused() -> None:
    """Partitions would be kept in a local folder called s3: while everybody believes them in a bucket."""
    with pytest.raises(SettingsInvalid, match="local folder"):
        FileStore("s3://bucket/store")


def test_a_killed_writer_leaves_only_what_is_swept(tmp_path: Path, outside_environment: dict[str, str]) -> None:
    """Half a partition would be taken for a whole one, or fill the disk for ever."""
    pipe, store = tmp_path / "slow.parquet", tmp_path / "store"
    os.mkfifo(pipe)
    code = (
        "import sys; from feature_health.stores.local import FileStore; from tests.conformance.ledgers import DAY;"
        " FileStore(sys.argv[1]).stage(DAY, sys.argv[2])"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(store), str(pipe)], cwd=Path(__file__).parents[2], env=outside_environment
    )
    with pipe.open("wb") as slow:
        slow.write(b"x" * (2 << 20))  # more than a pipe holds: some of it was read when this returns
        slow.flush()
        child.send_signal(signal.SIGKILL)
        child.wait()
    [left] = names(store)
    assert left.startswith(".writing-")
    files = FileStore(str(store))
    now = datetime.now(UTC)
    assert files.sweep(older_than=now - timedelta(hours=1)) == ()
    kept = files.stage(DAY, candidate(tmp_path))
    assert files.sweep(older_than=now + timedelta(hours=1)) == (f"{FOLDER}/{left}",)
    assert names(store) == [f"{kept.sha256}.parquet"]

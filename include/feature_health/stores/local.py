"""Partitions' files in a local folder: `<job>/<key>/<sha256><suffix>`, written once, atomically and durably, never changed.

Candidates may lie anywhere that universal_pathlib reaches (s3://, memory://). Knows nothing of revisions or publications.
"""

import errno
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from feature_health.errors import SettingsInvalid, StoreFailed
from feature_health.profiles.partition import PartitionId
from feature_health.records import Staged

CHUNK_BYTES = 1 << 20
FOLDER_MODE = 0o750
FILE_MODE = 0o440
_SCRATCH = ".writing-"
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,99}", re.ASCII)
_SUFFIX = re.compile(r"\.[a-z0-9]{1,10}", re.ASCII)
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class FileStore:
    """A store in the folder `root`, a path or a file:// URL. The folder is made when the first file is staged."""

    def __init__(self, root: str) -> None:
        self._root = _local_path(root).resolve()

    def stage(self, partition: PartitionId, candidate: str) -> Staged:
        """Keep the candidate's bytes; the same bytes again give the same answer.

        Raises StoreFailed when there is no such candidate, no room, or no permission; nothing half-written stays behind.
        """
        folder = self._folder(partition)
        suffix = _suffix(candidate)
        with self._told(f"Staging {partition}", folder), _opened(candidate) as chunks:
            _make_folder(folder, self._root)
            with _scratch(folder) as (target, scratch):
                sha256, size = _copy(chunks, target)
                return self._keep(scratch, sha256=sha256, size=size, suffix=suffix)

    def local(self, path: str) -> Path:
        """Where an engine can read the file; raises StoreFailed when it is gone or its name leads outside the store."""
        file = self._inside(path)
        if not file.is_file():
            raise StoreFailed(f"Reading {path!r} from the store {self._root}: it is gone. Deliver the partition again.")
        return file

    def intact(self, path: str, sha256: str) -> bool:
        """Whether the file is still there with exactly these contents. Reads it whole."""
        file = self._inside(path)
        with self._told(f"Reading {path}", file.parent):
            return file.is_file() and _sha256(file) == sha256

    def beside(self, path: str, suffix: str) -> Path:
        """A name that nobody else uses, in the same folder, for a file derived from this one; there is no file of it yet."""
        file = self.local(path)
        if not _SUFFIX.fullmatch(suffix):
            raise StoreFailed(f"Writing beside {path!r}: {suffix!r} is no suffix; give one such as .parquet.")
        with tempfile.NamedTemporaryFile(dir=file.parent, prefix=_SCRATCH, suffix=suffix) as taken:
            return Path(taken.name)

    def seal(self, written: Path) -> Staged:
        """Keep what was written at `beside` under a name made of its contents; the same contents again give the same answer."""
        file = self._inside(str(written))
        with self._told(f"Keeping {written.name}", file.parent):
            if not (file.name.startswith(_SCRATCH) and file.is_file()):
                raise StoreFailed(f"Keeping {written.name!r}: nothing was written there. Ask the store's `beside` for a place.")
            with file.open("rb") as source:
                os.fsync(source.fileno())
            return self._keep(file, sha256=_sha256(file), size=file.stat().st_size, suffix=file.suffix)

    def sweep(self, *, older_than: datetime) -> tuple[str, ...]:
        """Remove what writers that died left half-written before that instant; returns the names. Never removes a kept file."""
        swept = []
        for file in sorted(self._root.glob(f"*/*/{_SCRATCH}*")):
            with self._told(f"Sweeping {file.name}", file.parent):
                if file.stat().st_mtime < older_than.timestamp():
                    file.unlink(missing_ok=True)
                    swept.append(str(file.relative_to(self._root)))
        return tuple(swept)

    def _keep(self, scratch: Path, *, sha256: str, size: int, suffix: str) -> Staged:
        """Give a written and synced file its lasting name; one that is there already has the same contents."""
        kept = scratch.with_name(f"{sha256}{suffix}")
        scratch.chmod(FILE_MODE)
        scratch.replace(kept)
        _sync_folder(kept.parent)
        return Staged(path=str(kept.relative_to(self._root)), sha256=sha256, bytes=size)

    def _folder(self, partition: PartitionId) -> Path:
        for part in (partition.job, partition.key):
            if not _NAME.fullmatch(part):
                raise StoreFailed(
                    f"Staging: {part[:40]!r} is no name of a job or key that can be a folder's; nothing was written."
                )
        return self._root / partition.job / partition.key

    def _inside(self, path: str) -> Path:
        file = (self._root / path).resolve()
        if not file.is_relative_to(self._root):
            raise StoreFailed(f"Reading {path[:200]!r}: it leads outside the store {self._root}. Check where the name came from.")
        return file

    @contextmanager
    def _told(self, doing: str, folder: Path) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreFailed(f"{doing}: {self._words(error, folder)}") from error

    def _words(self, error: OSError, folder: Path) -> str:
        if error.errno in _FULL:
            there = next(one for one in (folder, *folder.parents) if one.exists())
            found = f"no room in the store {self._root} ({error.strerror}; {shutil.disk_usage(there).free:,} bytes are free)"
            return f"{found}. Nothing was kept. Make room, then run again."
        found = f"{error.strerror or error} in the store {self._root}"
        return f"{found}. Nothing was kept. Check that this user may write there, then run again."


def _local_path(root: str) -> Path:
    parts = urlsplit(root)
    if parts.scheme == "file":
        return Path(unquote(parts.path)).absolute()
    if "://" in root:
        raise SettingsInvalid(
            f"store = {parts.scheme}://…: this store keeps files in a local folder. Give a path or a file:// URL."
        )
    return Path(root).expanduser().absolute()


@contextmanager
def _opened(candidate: str) -> Iterator[Iterator[bytes]]:
    """The candidate's bytes in chunks, wherever they lie. Errors speak of the candidate, not of the store."""
    with _told_of(candidate):
        source = _open(candidate)
    with source:
        yield _chunks(source, candidate)


def _chunks(source: BinaryIO, candidate: str) -> Iterator[bytes]:
    while True:
        with _told_of(candidate):
            chunk = source.read(CHUNK_BYTES)
        if not chunk:
            return
        yield chunk


@contextmanager
def _told_of(candidate: str) -> Iterator[None]:
    tried = f"Staging {candidate[:200]}"
    try:
        yield
    except FileNotFoundError as error:
        raise StoreFailed(
            f"{tried}: there is no such file, although the job named it as its result. Run the job again."
        ) from error
    except (OSError, ValueError, ImportError) as error:
        found = f"it could not be read ({type(error).__name__}: {str(error)[:200]})"
        raise StoreFailed(f"{tried}: {found}. Nothing was kept. Check the place and the rights, then run again.") from error


def _open(candidate: str) -> BinaryIO:
    if "://" not in candidate:
        return Path(candidate).open("rb")
    from upath import UPath

    return UPath(candidate).open("rb")


def _suffix(candidate: str) -> str:
    suffix = PurePosixPath(urlsplit(candidate).path if "://" in candidate else candidate).suffix.lower()
    return suffix if _SUFFIX.fullmatch(suffix) else ""


@contextmanager
def _scratch(folder: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """A file that only we know, open for writing; removed unless it was given another name."""
    number, name = tempfile.mkstemp(dir=folder, prefix=_SCRATCH)
    try:
        with os.fdopen(number, "wb") as target:
            yield target, Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _copy(chunks: Iterator[bytes], target: BinaryIO) -> tuple[str, int]:
    """Write and sync; returns sha256 and size of what was written."""
    hashed, size = hashlib.sha256(), 0
    for chunk in chunks:
        target.write(chunk)
        hashed.update(chunk)
        size += len(chunk)
    target.flush()
    os.fsync(target.fileno())
    return hashed.hexdigest(), size


def _sha256(file: Path) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _make_folder(folder: Path, root: Path) -> None:
    """Make the partition's folder, closed to others, and make the making of it durable."""
    root.parent.mkdir(parents=True, exist_ok=True)
    for one in (root, folder.parent, folder):
        if not one.exists():
            one.mkdir(mode=FOLDER_MODE, exist_ok=True)
            _sync_folder(one.parent)
    if not folder.resolve().is_relative_to(root):
        raise OSError(errno.ELOOP, "a link leads outside", str(folder))


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)

"""A reader who looks all the time at what decisioning could read, and compares it with the clean twin. Never writes."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from feature_health.drills.result import Watched
from feature_health.ports import Platform
from feature_health.profiles.partition import PartitionId
from feature_health.serving.publication import Publication

PAUSE_SECONDS = 0.01
Corrupted = Callable[[str, str, str], int]
"""Rows of a published file that are not the clean twin's: of a job, by the paths of the clean candidate and that file."""


class Watcher:
    """Looks at the partitions of `clean` (partition -> path of the clean candidate). Several threads may look at once."""

    def __init__(self, on: Platform, corrupted: Corrupted) -> None:
        self._on = on
        self._corrupted = corrupted
        self._clean: dict[PartitionId, str] = {}
        self._seen: dict[tuple[PartitionId, str], int] = {}
        self._unjudged: list[str] = []
        self._looks = 0
        self._lock = threading.Lock()
        self._broken: Exception | None = None

    def watch_for(self, clean: Mapping[PartitionId, str]) -> None:
        """Look at these partitions too from now on."""
        with self._lock:
            self._clean.update(clean)

    def look(self) -> None:
        """One look at every partition; each file is compared once."""
        with self._lock:
            self._looks += 1
            for partition, clean in self._clean.items():
                publication = self._on.ledger.published(partition)
                if publication is not None and (partition, publication.sha256) not in self._seen:
                    self._read(publication, clean)

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Look again and again in a thread of its own while the block runs, and once more at its end."""
        ended = threading.Event()
        thread = threading.Thread(target=self._look_until, args=(ended,), name="drill-watcher", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
        if self._broken is not None:
            raise self._broken
        self.look()

    def watched(self) -> Watched:
        """What was seen so far."""
        with self._lock:
            return Watched(
                looks=self._looks,
                files=len(self._seen),
                corrupted_rows={f"{one.job} {one.key}": rows for (one, _), rows in self._seen.items() if rows},
                unjudged=tuple(self._unjudged),
            )

    def _look_until(self, ended: threading.Event) -> None:
        try:
            while not ended.wait(PAUSE_SECONDS):
                self.look()
        except Exception as error:  # noqa: BLE001 - raised where the drill waits for this thread
            self._broken = error

    def _read(self, publication: Publication, clean: str) -> None:
        partition = publication.revision.partition
        path = str(self._on.store.local(publication.path))
        self._seen[partition, publication.sha256] = self._corrupted(partition.job, clean, path)
        judgement = self._on.ledger.judgement(publication.revision)
        allowed = judgement is not None and (judgement.verdict.ruling.may_publish or publication.released_by is not None)
        if not allowed:
            self._unjudged.append(str(publication.revision))

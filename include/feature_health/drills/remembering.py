"""An engine that measures nothing twice: the same bytes beside the same other partitions look the same in every fork of a drill.

What is measured is kept in a folder that the forks share, under a name made of all that it depends on.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from feature_health.contracts.contract import Contract
from feature_health.ports import Engine
from feature_health.profiles.measure import Measure, name_of
from feature_health.profiles.profile import ObservedColumn, Profile
from feature_health.profiles.row_rule import RowRule
from feature_health.records import Conversion, Relation, RowsTold


class RememberingEngine:
    """Profiles and samples come from the folder where another fork has taken them; everything else is the engine's."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine = engine
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def name(self) -> str:
        """Engine and version."""
        return self._engine.name

    def profile(self, staged: Path, measures: Collection[Measure], others: Mapping[str, Relation | str | None]) -> Profile:
        """As the engine does, once for the same contents, measures and other partitions."""
        beside = (f"{name}={one.sha256 if isinstance(one, Relation) else one}" for name, one in sorted(others.items()))
        kept = self._folder / f"{_digest(_sha256(staged), *sorted(map(name_of, measures)), *beside)}.json"
        if kept.exists():
            return Profile.from_json(kept.read_text(encoding="utf-8"))
        seen = self._engine.profile(staged, measures, others)
        self._keep(kept, seen.to_json().encode())
        return seen

    def sample(self, staged: Path, count: int, seed: str, to: Path) -> None:
        """As the engine does, once for the same contents, count and seed."""
        kept = self._folder / f"{_digest(_sha256(staged), str(count), seed)}.sample"
        if not kept.exists():
            self._engine.sample(staged, count, seed, to)
            self._keep(kept, to.read_bytes())
        else:
            shutil.copyfile(kept, to)

    def to_parquet(self, delivery: Path, contract: Contract, to: Path) -> Conversion:
        """As the engine does."""
        return self._engine.to_parquet(delivery, contract, to)

    def keep_columns(self, staged: Path, columns: Sequence[ObservedColumn], to: Path) -> None:
        """As the engine does."""
        self._engine.keep_columns(staged, columns, to)

    def failing_rows(self, staged: Path, rules: Sequence[RowRule], key: Sequence[str], to: Path) -> RowsTold:
        """As the engine does."""
        return self._engine.failing_rows(staged, rules, key, to)

    def without_rows(self, staged: Path, columns: Sequence[ObservedColumn], told: Path, checks: Collection[str], to: Path) -> int:
        """As the engine does."""
        return self._engine.without_rows(staged, columns, told, checks, to)

    def told_rows(self, told: Path, limit: int) -> Sequence[Mapping[str, Any]]:
        """As the engine does."""
        return self._engine.told_rows(told, limit)

    def schema(self, staged: Path) -> Profile:
        """As the engine does."""
        return self._engine.schema(staged)

    def _keep(self, file: Path, content: bytes) -> None:
        """At once or not at all: another process may look for it."""
        with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as written:
            written.write(content)
        Path(written.name).replace(file)


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()

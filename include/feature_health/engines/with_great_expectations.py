"""The default engine, with Great Expectations beside it for the few measures that only that one can take."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from feature_health.engines.duckdb import DuckDbEngine
from feature_health.profiles.measure import GreatExpectationsResult, Measure, name_of
from feature_health.profiles.profile import Profile
from feature_health.records import Relation


class EngineWithGreatExpectations(DuckDbEngine):
    """DuckDB for everything that it can count; the rest runs in Great Expectations, which is loaded only for that."""

    def profile(self, staged: Path, measures: Collection[Measure], others: Mapping[str, Relation | str | None]) -> Profile:
        """As the port says; `engine` names both where both measured."""
        theirs = [measure for measure in measures if isinstance(measure, GreatExpectationsResult)]
        ours = [measure for measure in measures if not isinstance(measure, GreatExpectationsResult)]
        seen = super().profile(staged, ours, others)
        if not theirs or seen.unreadable is not None:
            return seen
        try:
            from feature_health.engines.great_expectations import engine
        except ImportError as error:
            because = f"Great Expectations cannot be loaded here ({error}); install great-expectations"
            return replace(seen, unmeasured={**seen.unmeasured, **dict.fromkeys(map(name_of, theirs), because)})
        values, unmeasured = engine.take(staged, theirs)
        return replace(
            seen,
            engine=f"{seen.engine}, {engine.NAME}",
            values={**seen.values, **values},
            unmeasured={**seen.unmeasured, **unmeasured},
        )

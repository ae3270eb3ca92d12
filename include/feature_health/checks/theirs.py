"""What Great Expectations itself must judge: types that our catalog has not, and row conditions in pandas' own language.

It runs while measuring, and its answer is a measurement like any other: judging it stays pure. Its types' names and arguments are
known here without importing it; a test holds this list against its own.
"""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from feature_health.checks.expectation import ExpectationType, Outcome, Params, RowLevelParams
from feature_health.profiles.history import Seen
from feature_health.profiles.measure import GreatExpectationsResult, Measure
from feature_health.profiles.profile import NotMeasured

_COLUMN_ARGUMENTS = ("column", "column_A", "column_B")
_COLUMNS_ARGUMENTS = ("column_list", "column_set")
ALSO_THEIRS = ("condition_parser", "windows")
"""What every type of theirs takes and none of ours."""


class TheirParams(Params):
    """Arguments as Great Expectations takes them; what they mean is its business."""

    model_config = ConfigDict(extra="allow", frozen=True)

    row_condition: Any = None


class ZScores(RowLevelParams):
    """Distance from the mean in standard deviations."""

    threshold: float
    double_sided: bool


class JsonSchema(RowLevelParams):
    """`json_schema` is one that every value, itself a JSON text, must keep to."""

    json_schema: dict[str, Any]


class Outliers(RowLevelParams):
    """`method` says what is far out, `multiplier` how far."""

    method: Literal["iqr", "std"] | None = None
    multiplier: float | None = None


class OtherTable(Params):
    """A table in a database; of a file there is none."""

    other_table_name: str


class Comparison(Params):
    """Queries in two databases; of a file there are none."""

    base_query: str
    comparison_data_source_name: str
    comparison_query: str
    mostly: Annotated[float, Field(ge=0, le=1)] = 1.0
    row_condition: None = None


def theirs(name: str, params: type[Params]) -> ExpectationType[Any]:
    """A type whose answer is Great Expectations' own."""
    return ExpectationType(
        name=name,
        params=params,
        needs=lambda given: _needs(name, given),
        judge=lambda given, seen: _judge(name, given, seen),
        columns=lambda given: columns(name, given),
    )


def columns(name: str, given: Params) -> tuple[str, ...]:
    """The columns that the arguments name; those that a table is asked for may be missing."""
    if name.startswith("expect_table_"):
        return ()
    arguments = given.model_dump()
    single = [arguments[key] for key in _COLUMN_ARGUMENTS if isinstance(arguments.get(key), str)]
    several = [each for key in _COLUMNS_ARGUMENTS for each in arguments.get(key) or ()]
    return tuple(dict.fromkeys((*single, *several)))


def _needs(name: str, given: Params) -> tuple[Measure, ...]:
    kwargs = json.dumps(given.model_dump(mode="json", exclude_unset=True), sort_keys=True)
    return (GreatExpectationsResult(expectation=name, kwargs=kwargs, columns=columns(name, given)),)


def _judge(name: str, given: Params, seen: Seen) -> Outcome:
    """Its own success; a result that does not say it is no result."""
    [measure] = _needs(name, given)
    answer: Mapping[str, Any] = seen[measure]
    success, result = answer.get("success"), dict(answer.get("result", {}))
    if not isinstance(success, bool):
        raise NotMeasured("Great Expectations did not say whether it succeeded")
    told = f"{result['unexpected_count']:,} unexpected rows" if "unexpected_count" in result else "it is not as expected"
    of = columns(name, given)
    about = f" of {' and '.join(of)}" if of else ""
    return Outcome(
        success=success,
        observed=result,
        because=f"{name}{about}: {told}, judged by Great Expectations itself",
        evidence=result,
        engine=str(answer.get("engine", "")),
    )


THEIRS: tuple[ExpectationType[Any], ...] = (
    theirs("expect_column_value_z_scores_to_be_less_than", ZScores),
    theirs("expect_column_values_to_be_dateutil_parseable", RowLevelParams),
    theirs("expect_column_values_to_match_json_schema", JsonSchema),
    theirs("expect_column_values_to_not_be_outliers", Outliers),
    theirs("expect_query_results_to_match_comparison", Comparison),
    theirs("expect_table_row_count_to_equal_other_table", OtherTable),
)

"""Great Expectations on pandas is the oracle: what it says of a partition, our engine and types must say too.

`FEATURE_HEALTH_ORACLE_EXAMPLES=500 pytest tests/oracle` draws that many partitions for each family of types, new ones each time.
"""

import os
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from math import isfinite
from typing import Any

import pandas as pd
import pytest
from great_expectations.expectations import core
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from feature_health.checks.catalog import CATALOG, by_name
from tests.oracle.arguments import ARGUMENTS, FAMILIES, STATISTICS
from tests.oracle.differences import DIFFERENCES, Case, Difference, known
from tests.oracle.frames import Rows, partitions
from tests.oracle.judges import CONDITIONS, Asked, Judge

NOT_ON_PANDAS = {
    "unexpected_rows_expectation",
    "expect_column_values_to_match_like_pattern",
    "expect_column_values_to_match_like_pattern_list",
    "expect_column_values_to_not_match_like_pattern",
    "expect_column_values_to_not_match_like_pattern_list",
    "expect_row_overlap_with_previous_to_be_at_most",
    "expect_delivery_not_seen_before",
    "expect_fan_out_to_be_at_most",
    "expect_columns_to_equal_source",
    "expect_column_age_at_decision_to_be_at_most",
    "expect_column_special_code_shares_to_be_between",
    "expect_hash_buckets_to_be_filled",
    "expect_every_hour_to_have_rows",
    "expect_table_row_count_to_match_history",
    "expect_column_special_code_shares_to_match_history",
    "expect_column_pair_correlation_to_match_history",
    "expect_column_calibrated_psi_to_be_at_most",
}
# Of these it tells the values of customers; we tell counts, or the contract's own words.
OBSERVES_VALUES = ("expect_column_distinct_values", "expect_column_most_common_value")
ASKED_OF_EACH_TYPE = 2
EXAMPLES_IN_CI = 10
EXAMPLES = int(os.environ.get("FEATURE_HEALTH_ORACLE_EXAMPLES", EXAMPLES_IN_CI))

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # NumPy's, of divisions by no rows in their code


def test_every_type_of_theirs_has_an_oracle() -> None:
    """A new type would be held against nothing."""
    theirs = {made.expectation_type for name, made in vars(core).items() if hasattr(made, "expectation_type")}
    assert {type_.name for type_ in CATALOG if type_.name in theirs} - NOT_ON_PANDAS == set(ARGUMENTS)


@st.composite
def questions(draw: st.DrawFn, family: str) -> list[Asked]:
    """Some of each type of the family, some of them of those rows alone on which a condition holds."""
    asked = []
    for name, arguments in FAMILIES[family].items():
        conditions = st.none() | st.sampled_from(list(CONDITIONS)) if _takes_a_condition(name) else st.none()
        asked += [Asked(name=name, kwargs=draw(arguments), condition=draw(conditions)) for _ in range(ASKED_OF_EACH_TYPE)]
    return asked


def _takes_a_condition(name: str) -> bool:
    type_ = by_name(name)
    assert type_ is not None
    return type_.params.model_fields["row_condition"].annotation is not type(None)


def alike(theirs: Any, ours: Any, digits: float) -> bool:
    """Equal but for the last digits, and for how an absent value or a time is written."""
    if isinstance(theirs, dict):
        return alike(theirs["values"], ours, digits)
    if isinstance(theirs, list):
        return len(theirs) == len(ours) and all(alike(a, b, digits) for a, b in zip(theirs, ours, strict=True))
    if isinstance(theirs, str):
        return bool(ours == theirs)
    if theirs is None or pd.isna(theirs):
        return ours is None
    if isinstance(theirs, pd.Timestamp):
        return pd.Timestamp(ours) == theirs
    if isinstance(theirs, date):
        return bool(ours == theirs.isoformat())
    return ours is not None and isfinite(ours) and ours == pytest.approx(float(theirs), rel=1e-9, abs=digits)


def at_odds(case: Case) -> bool:
    """Whether the two came to different things. That one raised and the other could not measure, or failed, is the same."""
    asked, theirs, ours = case.asked, case.theirs, case.ours
    if bool(theirs.success) != bool(ours.success):
        return True
    if theirs.success is None or ours.success is None:
        return False
    if any(not alike(count, ours.counts.get(name), 1e-9) for name, count in theirs.counts.items()):
        return True
    if theirs.counts or theirs.observed is None or asked.name.startswith(OBSERVES_VALUES):
        return False
    return not alike(theirs.observed, ours.observed, _last_digits(case))


def _last_digits(case: Case) -> float:
    """What a statistic may differ by: it is rounded as the greatest value is, and of 32 bits pandas makes one of 32 bits."""
    if case.asked.name not in STATISTICS or "divergence" in case.asked.name:
        return 1e-9
    values = case.rows.columns[case.asked.kwargs["column"]]
    sizes = [abs(float(value)) for value in values if isinstance(value, int | float | Decimal) and isfinite(value)]
    return (1e-5 if case.asked.kwargs["column"] == "short" else 1e-9) * max([1.0, *sizes])


def cases(rows: Rows, asked: list[Asked], theirs: Judge, ours: Judge) -> list[Case]:
    """Each question with both answers."""
    answers = zip(asked, theirs(rows, asked), ours(rows, asked), strict=True)
    return [Case(rows=rows, asked=one, theirs=their_answer, ours=our_answer) for one, their_answer, our_answer in answers]


def told(case: Case) -> str:
    """The case with the columns that it is about."""
    named = repr(case.asked)
    columns = {name: values for name, values in case.rows.columns.items() if name in named}
    return f"{case.asked} of {columns}: they say {case.theirs}, we {case.ours}"


@pytest.mark.parametrize("family", FAMILIES)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=EXAMPLES == EXAMPLES_IN_CI,
    database=None,
    phases=(Phase.generate,),  # to make a case smaller takes minutes; what is at odds is shown with its own columns alone
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_we_say_what_great_expectations_says(family: str, data: st.DataObject, theirs: Judge, ours: Judge) -> None:
    """An expectation would mean one thing in the contract and another in Great Expectations' documentation."""
    rows, asked = data.draw(partitions()), data.draw(questions(family))
    assert not [told(case) for case in cases(rows, asked, theirs, ours) if at_odds(case) and not known(case)]


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda difference: difference.asked.name)
def test_what_we_know_to_differ_does(difference: Difference, theirs: Judge, ours: Judge) -> None:
    """A reason not to follow Great Expectations would outlive it."""
    [case] = cases(Rows(columns=difference.columns), [difference.asked], theirs, ours)
    assert at_odds(case)


@pytest.mark.parametrize(
    ("name", "kwargs", "columns"),
    [
        ("expect_column_values_to_be_between", {"column": "text", "min_value": 1, "max_value": 2}, {"text": ["EFX"]}),
        ("expect_column_values_to_be_between", {"column": "text", "min_value": "2026-06-01T00:00:00"}, {"text": ["EFX"]}),
        ("expect_column_values_to_be_between", {"column": "number", "min_value": "2026-06-01T00:00:00"}, {"number": [1.0]}),
        ("expect_column_values_to_be_between", {"column": "missing", "min_value": 1}, {"number": [1.0]}),
        ("expect_column_mean_to_be_between", {"column": "text", "min_value": 1}, {"text": ["EFX"]}),
        ("expect_column_values_to_be_increasing", {"column": "text"}, {"text": ["a", "b"]}),
        ("expect_multicolumn_sum_to_equal", {"column_list": ["text", "code"], "sum_total": 3}, {"text": ["a"], "code": ["b"]}),
        (
            "expect_column_pair_values_a_to_be_greater_than_b",
            {"column_A": "text", "column_B": "number"},
            {"text": ["a"], "number": [1.0]},
        ),
    ],
)
def test_what_cannot_be_compared_is_no_success(
    name: str, kwargs: Mapping[str, Any], columns: Mapping[str, Any], theirs: Judge, ours: Judge
) -> None:
    """A contract that compares texts with numbers would pass everything."""
    rows, asked = Rows(columns=columns), [Asked(name=name, kwargs=kwargs)]
    assert not theirs(rows, asked)[0].success
    assert ours(rows, asked)[0].success is None

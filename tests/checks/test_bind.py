from dataclasses import replace
from typing import Any

import pytest

from feature_health.checks.bind import bind
from feature_health.checks.catalog import CATALOG
from feature_health.contracts.contract import Contract, ExpectationSpec
from tests.checks.delivered import good_contract

GOOD = good_contract()
IN_RANGE = "expect_column_values_to_be_in_range_or_special_code"


def stating(type_: str, **kwargs: Any) -> Contract:
    """The good contract with this expectation alone."""
    return replace(GOOD, source="x.yaml", expectations=(ExpectationSpec(type=type_, kwargs=kwargs, line=7),))


def test_every_expectation_of_a_good_contract_is_bound() -> None:
    """An expectation would be promised and never judged."""
    bound, faults = bind(GOOD)
    assert not faults
    assert [each.spec for each in bound] == list(GOOD.expectations)


@pytest.mark.parametrize(
    ("type_", "kwargs", "expected"),
    [
        (
            "expect_column_values_to_be_unqiue",
            {"column": "bureau"},
            (
                "x.yaml:7: expectations[0].expect_column_values_to_be_unqiue: found 'expect_column_values_to_be_unqiue'; "
                "did you mean 'expect_column_values_to_be_unique'?"
            ),
        ),
        (
            "expect_column_values_to_be_unique",
            {"colunm": "bureau"},
            "x.yaml:7: expectations[0].expect_column_values_to_be_unique.colunm: found 'colunm'; did you mean 'column'?",
        ),
        (
            "expect_column_values_to_be_unique",
            {"column": "burau"},
            "x.yaml:7: expectations[0].expect_column_values_to_be_unique.column: found 'burau'; did you mean 'bureau'?",
        ),
        (
            "expect_compound_columns_to_be_unique",
            {"column_list": ["bureau", "file_dat"]},
            (
                "x.yaml:7: expectations[0].expect_compound_columns_to_be_unique.column_list: found 'file_dat'; "
                "did you mean 'file_date'?"
            ),
        ),
    ],
)
def test_what_great_expectations_would_drop_silently_is_refused(type_: str, kwargs: dict[str, Any], expected: str) -> None:
    """A mistyped expectation would check nothing, and nobody would know."""
    assert expected in [str(fault) for fault in bind(stating(type_, **kwargs))[1]]


def test_a_type_that_is_like_no_other_lists_them_all() -> None:
    """An analyst would have to read code to find out what there is."""
    [fault] = bind(stating("frobnicate"))[1]
    assert all(type_.name in str(fault) for type_ in CATALOG)


def test_a_columns_code_table_is_offered_to_those_who_ask() -> None:
    """Range and codes would be written twice, and drift apart."""
    [bound], faults = bind(stating(IN_RANGE, column="score_raw"))
    assert not faults
    assert bound.kwargs == {
        "column": "score_raw",
        "min_value": 300.0,
        "max_value": 850.0,
        "special_codes": [9000, 9001, 9002, 9003],
    }
    assert bound.spec.kwargs == {"column": "score_raw"}


def test_what_is_written_goes_before_the_code_table() -> None:
    """A contract could not be stricter than the vendor's dictionary."""
    [bound], _ = bind(stating(IN_RANGE, column="score_raw", min_value=400, special_codes=[9002]))
    assert (bound.kwargs["min_value"], bound.kwargs["max_value"], bound.kwargs["special_codes"]) == (400, 850, [9002])


def test_a_column_without_a_code_table_needs_the_range_written() -> None:
    """An empty table would let every value be unknown, or every one be valid."""
    faults = bind(stating(IN_RANGE, column="utilization"))[1]
    assert {fault.where.rpartition(".")[2] for fault in faults} == {"min_value", "max_value", "special_codes"}


def test_types_that_ask_for_no_codes_get_none() -> None:
    """The bounds of an ordinary range would be those of the vendor's dictionary."""
    assert not bind(stating("expect_column_values_to_be_unique", column="score_raw"))[1]
    [bound], _ = bind(stating("expect_column_values_to_be_between", column="score_raw", min_value=1))
    assert bound.kwargs == {"column": "score_raw", "min_value": 1}

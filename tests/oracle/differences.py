"""Where Great Expectations on pandas is at odds with itself, with its other engines or with sense, and why we do not follow it.

Each case is asked of both and must really differ; of what Hypothesis may come upon too, `covers` says so.
"""

# ruff: noqa: DTZ001 - times without a zone are what most Parquet files hold

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import inf, isclose, isinf
from typing import Any

from tests.oracle.frames import Rows
from tests.oracle.judges import Answer, Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question about some rows, their answer and ours."""

    rows: Rows
    asked: Asked
    theirs: Answer
    ours: Answer


def _never(_: Case) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A question that the two answer differently, and why; `covers` tells of another case whether it is this one again."""

    because: str
    asked: Asked
    columns: Mapping[str, Sequence[Any]]
    covers: Callable[[Case], bool] = _never


def _asked(name: str, **kwargs: Any) -> Asked:
    return Asked(name=name, kwargs=kwargs)


def _nothing_to_add(case: Case) -> bool:
    return case.asked.name == "expect_column_sum_to_be_between" and case.theirs.observed == 0 and case.ours.observed is None


def _pairs_under_a_condition(case: Case) -> bool:
    return case.asked.name == "expect_column_pair_values_to_be_in_set" and case.asked.condition is not None


def _decimals_missing(case: Case) -> bool:
    return case.theirs.success is None and case.asked.kwargs.get("column") == "amount" and None in case.rows.columns["amount"]


def _spread_of_other_decimals(case: Case) -> bool:
    kwargs = case.asked.kwargs
    return "stdev" in case.asked.name and kwargs["column"] == "amount" and case.asked.condition is not None


def _infinite(case: Case) -> bool:
    observed = case.theirs.observed
    found = observed["values"] if isinstance(observed, dict) else [observed]
    return any(isinstance(value, float) and isinf(value) for value in found)


def _last_digit(case: Case) -> bool:
    theirs, ours = case.theirs.observed, case.ours.observed
    return isinstance(theirs, float) and isinstance(ours, float) and isclose(theirs, ours, rel_tol=1e-9, abs_tol=1e-9)


def _of_32_bits(case: Case) -> bool:
    return "distinct" in case.asked.name and case.asked.kwargs["column"] == "short" and _has_fractions(case)


def _has_fractions(case: Case) -> bool:
    return any(not float(value).is_integer() for value in case.asked.kwargs["value_set"])


def _unsigned(case: Case) -> bool:
    return case.asked.name.endswith("creasing") and case.asked.kwargs["column"] == "count"


def _last_line_break(case: Case) -> bool:
    kwargs = case.asked.kwargs
    texts = case.rows.columns.get(kwargs.get("column", ""), ())
    ends = any(isinstance(value, str) and value.endswith("\n") for value in texts)
    return ends and any(regex.endswith("$") for regex in (kwargs.get("regex", ""), *kwargs.get("regex_list", ())))


DIFFERENCES: Sequence[Difference] = (
    Difference(
        because="its pandas engine sums nothing to 0, its SQL engines to null, which fails: no values have no sum",
        asked=_asked("expect_column_sum_to_be_between", column="number", min_value=0, max_value=0),
        columns={"number": [None]},
        covers=_nothing_to_add,
    ),
    Difference(
        because="of this type alone it leaves the row condition out of account, and raises where that makes a difference",
        asked=Asked(
            name="expect_column_pair_values_to_be_in_set",
            kwargs={"column_A": "text", "column_B": "code", "value_pairs_set": [["a", "b"]]},
            condition="whole > 1",
        ),
        columns={"text": ["a"], "code": ["b"], "whole": [0]},
        covers=_pairs_under_a_condition,
    ),
    Difference(
        because="a record holds no infinite number, so that an infinite statistic is none, and blocks",
        asked=_asked("expect_column_max_to_be_between", column="endless", min_value=0),
        columns={"endless": [1.0, inf]},
        covers=_infinite,
    ),
    Difference(
        because="to add two numbers of the greatest size is infinite to it, though their middle and their spread are not",
        asked=_asked("expect_column_stdev_to_be_between", column="endless", max_value=1),
        columns={"endless": [1e308, 1e308]},
        covers=_infinite,
    ),
    Difference(
        because="it says of ten equal numbers that they spread, by the last digit of their mean",
        asked=_asked("expect_column_stdev_to_be_between", column="number", max_value=0),
        columns={"number": [-999999.9999999999] * 10},
        covers=_last_digit,
    ),
    Difference(
        because="whether a value is in a set it asks in the column's 32 bits of rows, in 64 bits of distinct values",
        asked=_asked("expect_column_distinct_values_to_be_in_set", column="short", value_set=[0.1]),
        columns={"short": [0.1]},
        covers=_of_32_bits,
    ),
    Difference(
        because="it subtracts neighbours to compare them, and unsigned numbers never become less than 0",
        asked=_asked("expect_column_values_to_be_increasing", column="count"),
        columns={"count": [2, 1]},
        covers=_unsigned,
    ),
    Difference(
        because="it subtracts neighbours to compare them, and the greatest number less the least is too large to be one",
        asked=_asked("expect_column_values_to_be_increasing", column="whole"),
        columns={"whole": [2**63 - 1, -(2**63)]},
    ),
    Difference(
        because="it subtracts neighbours to compare them, and infinity less infinity is no number, which it lets pass",
        asked=_asked("expect_column_values_to_be_increasing", column="endless", strictly=True),
        columns={"endless": [inf, inf]},
    ),
    Difference(
        because="it subtracts neighbours to compare them, and truth values become objects on the way; they have no order here",
        asked=_asked("expect_column_values_to_be_increasing", column="flag"),
        columns={"flag": [True, False]},
    ),
    Difference(
        because="Python's $ also stands before a last line break, RE2's at the end alone: the line break is a fault",
        asked=_asked("expect_column_values_to_match_regex", column="text", regex="^A$"),
        columns={"text": ["A\n"]},
        covers=_last_line_break,
    ),
    Difference(
        because="to Python a word's end is where letters of any script end, to RE2 where those of ASCII do",
        asked=_asked("expect_column_values_to_match_regex", column="text", regex=r"\bE"),
        columns={"text": ["éE"]},
    ),
    Difference(
        because="it turns truth values to texts as Python does, SQL engines as false and true",
        asked=_asked("expect_column_values_to_match_regex", column="flag", regex="^True$"),
        columns={"flag": [True]},
    ),
    Difference(
        because="pandas makes whole numbers with a null among them floats, whose text is 1.0; in the file they are 1",
        asked=_asked("expect_column_values_to_match_regex", column="maybe", regex="^1$"),
        columns={"maybe": [1, None]},
    ),
    Difference(
        because="it raises where decimals are to be averaged and one of them is missing, which pandas writes as no decimal",
        asked=_asked("expect_column_mean_to_be_between", column="amount", min_value=0),
        columns={"amount": [Decimal("1.00"), None]},
        covers=_decimals_missing,
    ),
    Difference(
        because="the spread of decimals under a row condition it does not take of the rows that the condition keeps",
        asked=Asked(name="expect_column_stdev_to_be_between", kwargs={"column": "amount", "min_value": 0}, condition="whole > 1"),
        columns={"amount": [Decimal(1), Decimal(2), Decimal(4)], "whole": [0, 2, 2]},
        covers=_spread_of_other_decimals,
    ),
    Difference(
        because="it compares a decimal with the float of a limit, which is a little more than the 0.1 that was written",
        asked=_asked("expect_column_values_to_be_between", column="amount", min_value=0.1),
        columns={"amount": [Decimal("0.10")]},
    ),
    Difference(
        because="it looks a decimal up among floats, where 0.1 is none that was written",
        asked=_asked("expect_column_values_to_be_in_set", column="amount", value_set=[0.1]),
        columns={"amount": [Decimal("0.10")]},
    ),
    Difference(
        because="it raises where a day as a limit meets a time; here a day is its midnight",
        asked=_asked("expect_column_max_to_be_between", column="moment", min_value="2026-06-01"),
        columns={"moment": [datetime(2026, 6, 1)]},
    ),
    Difference(
        because="it raises where a limit without a zone meets a time with one; here such a limit is UTC",
        asked=_asked("expect_column_max_to_be_between", column="zoned", max_value="2026-06-02T00:00:00"),
        columns={"zoned": [datetime.fromisoformat("2026-06-01T00:00:00+00:00")]},
    ),
    Difference(
        because="it looks for the text of a day among days and never finds it; here it names the day",
        asked=_asked("expect_column_values_to_be_in_set", column="day", value_set=["2026-06-01"]),
        columns={"day": [date(2026, 6, 1)]},
    ),
    Difference(
        because="Python calls half of a pair of surrogates JSON, which no other reader can turn into text",
        asked=_asked("expect_column_values_to_be_json_parseable", column="text"),
        columns={"text": ['"\\ud800"']},
    ),
    Difference(
        because="Python's reader gives up on JSON nested too deep for it",
        asked=_asked("expect_column_values_to_be_json_parseable", column="text"),
        columns={"text": ["[" * 5000 + "]" * 5000]},
    ),
    Difference(
        because="Python reads digits of all scripts in a date, where they stand for any digit; here they are ASCII",
        asked=_asked("expect_column_values_to_match_strftime_format", column="text", strftime_format="%Y"),
        columns={"text": ["202\N{FULLWIDTH DIGIT SIX}"]},
    ),
    Difference(
        because="it takes a column_index of 0 for none at all",
        asked=_asked("expect_column_to_exist", column="text", column_index=0),
        columns={"number": [1.0], "text": ["a"]},
    ),
    Difference(
        because="of a type it says that texts are str, of a list with str in it that they are not",
        asked=_asked("expect_column_values_to_be_in_type_list", column="text", type_list=["str"]),
        columns={"text": ["a"]},
    ),
    Difference(
        because="pandas makes whole numbers with a null among them floats; here the file's own type counts",
        asked=_asked("expect_column_values_to_be_of_type", column="maybe", type_="int32"),
        columns={"maybe": [1, None]},
    ),
    Difference(
        because="names of SQL and of contracts are known here beside those of pandas",
        asked=_asked("expect_column_values_to_be_of_type", column="number", type_="DOUBLE"),
        columns={"number": [1.0]},
    ),
    Difference(
        because="to Python True is 1; here a truth value equals no number",
        asked=_asked("expect_select_column_values_to_be_unique_within_record", column_list=["whole", "flag"]),
        columns={"whole": [1], "flag": [True]},
    ),
    Difference(
        because="a missing text and a missing time are two things to it, a missing text and a missing number are one",
        asked=_asked(
            "expect_select_column_values_to_be_unique_within_record", column_list=["moment", "text"], ignore_row_if="never"
        ),
        columns={"moment": [None], "text": [None]},
    ),
)


def known(case: Case) -> bool:
    """Whether it is one of these."""
    return any(difference.covers(case) for difference in DIFFERENCES)

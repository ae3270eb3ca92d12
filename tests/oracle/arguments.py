"""Arguments for each expectation type that Great Expectations has, such that success and failure both come up."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from tests.oracle.frames import NUMBERS, TEXTS, WHOLES, is_missing

Arguments = dict[str, Any]

numbers = st.sampled_from([value for value in NUMBERS if not is_missing(value)])
texts = st.sampled_from([value for value in TEXTS if value is not None])
mostly = st.sampled_from([1.0, 0.9, 0.75, 0.5, 0.0])
strict = st.fixed_dictionaries({}, optional={"strict_min": st.booleans(), "strict_max": st.booleans()})
numeric = st.sampled_from(["number", "whole"])
any_column = st.sampled_from(["number", "whole", "text", "moment", "day", "flag"])


def fixed(**arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Arguments]:
    """One strategy of all these arguments."""
    return st.fixed_dictionaries(arguments)


def with_limits(values: st.SearchStrategy[Any], **arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Arguments]:
    """These arguments and one or two limits, in order, strict or not."""

    def limits(pair: tuple[Any, Any], sides: str) -> Arguments:
        low, high = sorted(pair)
        return {"both": {"min_value": low, "max_value": high}, "min": {"min_value": low}, "max": {"max_value": high}}[sides]

    bounds = st.builds(limits, st.tuples(values, values), st.sampled_from(["both", "min", "max"]))
    return st.builds(
        lambda *parts: {name: value for part in parts for name, value in part.items()}, bounds, strict, fixed(**arguments)
    )


counts = st.integers(0, 9)
shares = st.sampled_from([0.0, 0.25, 0.5, 2 / 3, 1.0])
moments = st.sampled_from(["2019-01-01T00:00:00", "2026-06-01T00:00:00", "2026-06-02T01:30:00", "2026-06-02 01:30:00.000001"])
text_sets = st.fixed_dictionaries({"column": st.just("text"), "value_set": st.lists(texts, min_size=1, max_size=6)})
number_sets = st.fixed_dictionaries(
    {"column": numeric, "value_set": st.lists(numbers | st.sampled_from(WHOLES), min_size=1, max_size=6)}
)
flag_sets = st.fixed_dictionaries({"column": st.just("flag"), "value_set": st.lists(st.booleans(), min_size=1, max_size=2)})
sets = text_sets | number_sets | flag_sets
sets_mostly = st.builds(lambda given, share: {**given, "mostly": share}, sets, mostly)
regexes = st.sampled_from(["^E", "X$", "^[A-Z]{3}$", "o|1", "", r"^\w+$", "'", r"[^a-z]", "(?i)^efx$", "日"])
pair_rows = st.sampled_from(["both_values_are_missing", "either_value_is_missing", "neither"])
pairs = st.sampled_from([("number", "other"), ("whole", "number"), ("text", "code"), ("moment", "later")])


def pair_arguments(**more: st.SearchStrategy[Any]) -> st.SearchStrategy[Arguments]:
    """Two columns of one kind, and which rows to leave out."""
    return st.builds(
        lambda pair, rest: {"column_A": pair[0], "column_B": pair[1], **rest},
        pairs,
        fixed(ignore_row_if=pair_rows, mostly=mostly, **more),
    )


@st.composite
def quantile_arguments(draw: st.DrawFn) -> Arguments:
    """Some quantiles, each with a range that may be open."""
    quantiles = sorted(draw(st.lists(st.sampled_from([0.0, 0.05, 0.25, 0.29, 0.5, 0.75, 0.95, 1.0]), min_size=1, max_size=4)))
    ends = st.tuples(st.none() | numbers, st.none() | numbers)
    ranges = [sorted(draw(ends), key=lambda end: (end is not None, end or 0)) for _ in quantiles]
    ranges = [[low, high] if None not in (low, high) else draw(st.permutations([low, high])) for low, high in ranges]
    how = draw(st.sampled_from([False, "linear", "lower", "higher", "midpoint", "nearest"]))
    return {
        "column": draw(numeric),
        "quantile_ranges": {"quantiles": quantiles, "value_ranges": ranges},
        "allow_relative_error": how,
    }


ARGUMENTS: Mapping[str, st.SearchStrategy[Arguments]] = {
    "expect_table_row_count_to_be_between": with_limits(counts),
    "expect_column_values_to_not_be_null": fixed(column=any_column, mostly=mostly),
    "expect_column_values_to_be_null": fixed(column=any_column, mostly=mostly),
    "expect_column_values_to_be_unique": fixed(column=any_column, mostly=mostly),
    "expect_column_values_to_be_between": with_limits(numbers, column=numeric, mostly=mostly)
    | with_limits(moments, column=st.just("moment"), mostly=mostly),
    "expect_column_values_to_be_in_set": sets_mostly,
    "expect_column_values_to_not_be_in_set": sets_mostly,
    "expect_column_values_to_match_regex": fixed(column=st.just("text"), regex=regexes, mostly=mostly),
    "expect_column_values_to_not_match_regex": fixed(column=st.just("text"), regex=regexes, mostly=mostly),
    "expect_column_value_lengths_to_be_between": with_limits(st.integers(0, 4), column=st.just("text"), mostly=mostly),
    "expect_column_value_lengths_to_equal": fixed(column=st.just("text"), value=st.integers(0, 4), mostly=mostly),
    "expect_compound_columns_to_be_unique": fixed(
        column_list=st.sampled_from([["number", "text"], ["whole", "flag", "moment"], ["text", "code"]]),
        ignore_row_if=st.sampled_from(["all_values_are_missing", "any_value_is_missing", "never"]),
        mostly=mostly,
    ),
    "expect_column_pair_values_a_to_be_greater_than_b": pair_arguments(or_equal=st.sampled_from([None, True, False])),
    "expect_column_pair_values_to_be_equal": pair_arguments(),
    "expect_column_distinct_values_to_be_in_set": sets,
    "expect_column_distinct_values_to_contain_set": sets,
    "expect_column_distinct_values_to_equal_set": sets,
    "expect_column_unique_value_count_to_be_between": with_limits(counts, column=any_column),
    "expect_column_proportion_of_unique_values_to_be_between": with_limits(shares, column=any_column),
    "expect_column_proportion_of_non_null_values_to_be_between": with_limits(shares, column=any_column),
    "expect_column_min_to_be_between": with_limits(numbers, column=numeric) | with_limits(moments, column=st.just("moment")),
    "expect_column_max_to_be_between": with_limits(numbers, column=numeric) | with_limits(moments, column=st.just("moment")),
    "expect_column_mean_to_be_between": with_limits(numbers, column=numeric),
    "expect_column_median_to_be_between": with_limits(numbers, column=numeric),
    "expect_column_stdev_to_be_between": with_limits(numbers, column=numeric),
    "expect_column_sum_to_be_between": with_limits(numbers, column=numeric),
    "expect_column_quantile_values_to_be_between": quantile_arguments(),
}

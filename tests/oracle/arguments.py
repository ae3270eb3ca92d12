"""Arguments for each expectation type that Great Expectations has, such that success and failure both come up."""

from collections.abc import Mapping
from datetime import datetime
from math import inf
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
        low, high = sorted(pair, key=lambda limit: datetime.fromisoformat(limit) if isinstance(limit, str) else limit)
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


columns = ["number", "other", "whole", "text", "code", "moment", "later", "day", "flag"]
column_names = st.sampled_from(columns)
column_lists = st.sampled_from([columns, columns[:-1], [*columns, "more"], sorted(columns)])
# Of what pandas holds as numbers: on texts, dates and times Great Expectations says one thing of a type, another of a list of it.
type_names = st.sampled_from(["int64", "int", "float64", "float", "bool", "int32", "float32"])
record_rows = st.sampled_from(["all_values_are_missing", "any_value_is_missing", "never"])
value_pairs = st.lists(st.tuples(texts | st.none(), texts | st.none()), min_size=1, max_size=6)
formats = st.sampled_from(["%Y-%m-%d", "%d", "%b %d %Y", "%H:%M"])
weights = st.sampled_from([(0.25, 0.75), (0.5, 0.5), (1.0, 0.0)])
thresholds = st.sampled_from([0.0, 0.05, 0.5, 2.0])


@st.composite
def kl_arguments(draw: st.DrawFn) -> Arguments:
    """A distribution over two categories or over two bins, with tails of several kinds."""
    column, shares = draw(st.sampled_from(["text", "number", "whole"])), draw(weights)
    given: Arguments = {"column": column, "threshold": draw(thresholds)}
    if column == "text":
        values = draw(st.lists(texts, min_size=2, max_size=2, unique=True))
        holdout = draw(st.sampled_from([0.0, 0.1]))
        return {**given, "partition_object": {"values": values, "weights": list(shares)}, "tail_weight_holdout": holdout}
    edges = draw(st.sampled_from([(0.0, 1.0, 2.0), (-inf, 1.5, inf), (-inf, 0.0, 10.0), (1.0, 300.0, inf)]))
    partition: Arguments = {"bins": list(edges), "weights": list(shares)}
    tails = draw(st.sampled_from(["none", "stated", "held out"])) if edges != (-inf, 1.5, inf) else "none"
    if tails == "stated" and inf not in map(abs, edges):
        partition = {**partition, "weights": [share * 0.9 for share in shares], "tail_weights": [0.05, 0.05]}
    if tails == "held out":
        given["tail_weight_holdout"] = 0.1
    return {**given, "partition_object": partition, "internal_weight_holdout": draw(st.sampled_from([0.0, 0.1]))}


ARGUMENTS: Mapping[str, st.SearchStrategy[Arguments]] = {
    "expect_table_row_count_to_be_between": with_limits(counts),
    "expect_table_row_count_to_equal": fixed(value=counts),
    "expect_table_column_count_to_be_between": st.builds(
        lambda low, more: {"min_value": low, "max_value": low + more}, st.integers(7, 11), st.integers(0, 2)
    ),
    "expect_table_column_count_to_equal": fixed(value=st.integers(8, 10)),
    "expect_table_columns_to_match_set": fixed(column_set=column_lists, exact_match=st.booleans()),
    "expect_table_columns_to_match_ordered_list": fixed(column_list=column_lists),
    "expect_column_to_exist": fixed(column=column_names | st.just("more"))
    | fixed(column=column_names, column_index=st.integers(1, 10) | st.integers(-10, -1)),
    "expect_column_values_to_be_of_type": fixed(column=st.sampled_from(["number", "whole", "flag"]), type_=type_names),
    "expect_column_values_to_be_in_type_list": fixed(
        column=st.sampled_from(["number", "whole", "flag"]), type_list=st.lists(type_names, min_size=1, max_size=3)
    ),
    "expect_column_values_to_not_be_null": fixed(column=any_column, mostly=mostly),
    "expect_column_values_to_be_null": fixed(column=any_column, mostly=mostly),
    "expect_column_values_to_be_unique": fixed(column=any_column, mostly=mostly),
    "expect_column_values_to_be_between": with_limits(numbers, column=numeric, mostly=mostly)
    | with_limits(moments, column=st.just("moment"), mostly=mostly),
    "expect_column_values_to_be_in_set": sets_mostly,
    "expect_column_values_to_not_be_in_set": sets_mostly,
    "expect_column_values_to_match_regex": fixed(column=st.just("text"), regex=regexes, mostly=mostly),
    "expect_column_values_to_not_match_regex": fixed(column=st.just("text"), regex=regexes, mostly=mostly),
    "expect_column_values_to_match_regex_list": fixed(
        column=st.just("text"),
        regex_list=st.lists(regexes, min_size=1, max_size=3),
        match_on=st.sampled_from(["any", "all"]),
        mostly=mostly,
    ),
    "expect_column_values_to_not_match_regex_list": fixed(
        column=st.just("text"), regex_list=st.lists(regexes, min_size=1, max_size=3), mostly=mostly
    ),
    "expect_column_values_to_match_strftime_format": fixed(column=st.just("text"), strftime_format=formats, mostly=mostly),
    "expect_column_values_to_be_json_parseable": fixed(column=st.just("text"), mostly=mostly),
    "expect_column_values_to_be_increasing": fixed(
        column=st.sampled_from(["number", "whole", "moment"]), strictly=st.sampled_from([None, True, False]), mostly=mostly
    ),
    "expect_column_values_to_be_decreasing": fixed(
        column=st.sampled_from(["number", "whole", "moment"]), strictly=st.sampled_from([None, True, False]), mostly=mostly
    ),
    "expect_column_value_lengths_to_be_between": with_limits(st.integers(0, 4), column=st.just("text"), mostly=mostly),
    "expect_column_value_lengths_to_equal": fixed(column=st.just("text"), value=st.integers(0, 4), mostly=mostly),
    "expect_compound_columns_to_be_unique": fixed(
        column_list=st.sampled_from([["number", "text"], ["whole", "flag", "moment"], ["text", "code"]]),
        ignore_row_if=record_rows,
        mostly=mostly,
    ),
    "expect_select_column_values_to_be_unique_within_record": fixed(
        column_list=st.sampled_from([["number", "other"], ["text", "code"], ["whole", "number", "other"]]),
        ignore_row_if=record_rows,
        mostly=mostly,
    ),
    "expect_multicolumn_sum_to_equal": fixed(
        column_list=st.sampled_from([["number", "other"], ["whole", "number"], ["whole", "number", "other"]]),
        sum_total=numbers,
        ignore_row_if=record_rows,
        mostly=mostly,
    ),
    "expect_multicolumn_values_to_be_equal": fixed(
        column_list=st.sampled_from([["number", "other"], ["text", "code"], ["moment", "later"]]),
        ignore_row_if=record_rows,
        mostly=mostly,
    ),
    "expect_column_pair_values_a_to_be_greater_than_b": pair_arguments(or_equal=st.sampled_from([None, True, False])),
    "expect_column_pair_values_to_be_equal": pair_arguments(),
    "expect_column_pair_values_to_be_in_set": fixed(
        column_A=st.just("text"), column_B=st.just("code"), value_pairs_set=value_pairs, ignore_row_if=pair_rows, mostly=mostly
    ),
    "expect_column_distinct_values_to_be_in_set": sets,
    "expect_column_distinct_values_to_contain_set": sets,
    "expect_column_distinct_values_to_equal_set": sets,
    "expect_column_most_common_value_to_be_in_set": st.builds(
        lambda given, ties: {**given, "ties_okay": ties}, sets, st.sampled_from([None, True, False])
    ),
    "expect_column_kl_divergence_to_be_less_than": kl_arguments(),
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

"""Arguments for each expectation type that Great Expectations has, such that success and failure both come up."""

from collections.abc import Mapping
from datetime import datetime
from math import inf
from typing import Any

from hypothesis import strategies as st

from tests.oracle.frames import AMOUNTS, KINDS, NUMBERS, TEXTS, WHOLES, is_missing

Arguments = dict[str, Any]
Strategy = st.SearchStrategy[Arguments]

numbers = st.sampled_from([value for value in NUMBERS if not is_missing(value)])
texts = st.sampled_from([value for value in TEXTS if value is not None])
mostly = st.sampled_from([1.0, 0.9, 0.75, 2 / 3, 0.5, 0.0])
strict = st.fixed_dictionaries({}, optional={"strict_min": st.booleans(), "strict_max": st.booleans()})
columns = list(KINDS)
any_column = st.sampled_from(columns)
numeric = st.sampled_from(["number", "whole", "short", "tiny", "count", "maybe", "endless", "nothing"])


def fixed(**arguments: st.SearchStrategy[Any]) -> Strategy:
    """One strategy of all these arguments."""
    return st.fixed_dictionaries(arguments)


def with_limits(values: st.SearchStrategy[Any], **arguments: st.SearchStrategy[Any]) -> Strategy:
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
days = st.sampled_from(["2019-01-01", "2026-06-01", "2026-06-02"])
instants = st.sampled_from(["2026-06-01T00:00:00+00:00", "2026-06-01T23:59:00-04:00", "2018-12-31T10:00:00Z"])
amounts = st.sampled_from([float(value) for value in AMOUNTS if value is not None and float(value) == value])

text_sets = fixed(column=st.just("text"), value_set=st.lists(texts, min_size=1, max_size=6))
number_sets = fixed(column=numeric, value_set=st.lists(numbers | st.sampled_from(WHOLES), min_size=1, max_size=6))
amount_sets = fixed(column=st.just("amount"), value_set=st.lists(amounts, min_size=1, max_size=3))
flag_sets = fixed(column=st.sampled_from(["flag", "doubt"]), value_set=st.lists(st.booleans(), min_size=1, max_size=2))
strange_sets = fixed(column=st.sampled_from(["text", "number", "whole"]), value_set=st.lists(texts | numbers, min_size=1))
sets = text_sets | number_sets | flag_sets | amount_sets | strange_sets
sets_mostly = st.builds(lambda given, share: {**given, "mostly": share}, sets, mostly)
plain_regexes = ["^E", "X$", "^[A-Z]{3}$", "^(EFX|EXP)$", "o|1", "", "'", "[^a-z]", "(?i)^efx$", "日", "x{9}", "a.b", "^$"]
classes = [r"^\w+$", r"\W", r"^\d+$", r"\D", r"\s", r"^\S+$", r"[\d\w]", r"^[^\s]*$", r"X\Z", r"\.", r"\\w", r"[]\d]"]
regexes = st.sampled_from([*plain_regexes, *classes])
regex_lists = st.lists(regexes, min_size=1, max_size=3)
formats = st.sampled_from(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S%z", "%H:%M", "%Y%m%d", "%d %b %Y"])
pair_rows = st.sampled_from(["both_values_are_missing", "either_value_is_missing", "neither"])
record_rows = st.sampled_from(["all_values_are_missing", "any_value_is_missing", "never"])
pairs = st.sampled_from([("number", "other"), ("whole", "number"), ("tiny", "count"), ("text", "code"), ("moment", "later")])
value_pairs = st.lists(st.tuples(texts | st.none(), texts | st.none()), min_size=1, max_size=6)
number_pairs = st.lists(st.tuples(numbers | st.none(), st.sampled_from(WHOLES) | st.none()), min_size=1, max_size=6)
some_columns = st.sampled_from([columns, columns[:-1], [*columns, "more"], sorted(columns)])
# Of texts, dates and times Great Expectations says one thing of a type and another of a list with it; see `differences`.
type_names = st.sampled_from(
    ["int64", "int", "float64", "float", "bool", "int32", "float32", "int8", "uint32", "str", "datetime64"]
)
typed = st.sampled_from(["number", "whole", "flag", "short", "tiny", "count"])


def pair_arguments(**more: st.SearchStrategy[Any]) -> Strategy:
    """Two columns of one kind, and which rows to leave out."""
    return st.builds(
        lambda pair, rest: {"column_A": pair[0], "column_B": pair[1], **rest},
        pairs,
        fixed(ignore_row_if=pair_rows, mostly=mostly, **more),
    )


def record_arguments(*lists: list[str], **more: st.SearchStrategy[Any]) -> Strategy:
    """One of the lists of columns, and which rows to leave out."""
    return fixed(column_list=st.sampled_from(lists), ignore_row_if=record_rows, mostly=mostly, **more)


of_extremes = (
    with_limits(numbers, column=numeric | st.just("amount"))
    | with_limits(moments, column=st.just("moment"))
    | with_limits(days, column=st.just("day"))
    | with_limits(instants, column=st.just("zoned"))
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


@st.composite
def kl_of_categories(draw: st.DrawFn) -> Arguments:
    """A distribution over some values, with or without a share held out for others."""
    column, values = draw(st.sampled_from([("text", texts), ("whole", st.sampled_from(WHOLES)), ("flag", st.booleans())]))
    parts = [(1.0,), (0.5, 0.5), (0.75, 0.25, 0.0), (0.1, 0.2, 0.3, 0.4)]
    stated = draw(st.lists(values, min_size=1, max_size=2 if column == "flag" else 4, unique=True))
    return {
        "column": column,
        "partition_object": {"values": stated, "weights": list(parts[len(stated) - 1])},
        "threshold": draw(st.sampled_from([0.0, 0.05, 0.5, 2.0])),
        "tail_weight_holdout": draw(st.sampled_from([0.0, 0.1, 1.0])),
    }


@st.composite
def kl_of_bins(draw: st.DrawFn) -> Arguments:
    """A distribution over bins with finite or infinite ends, and tails of every kind that these allow."""
    low, high = draw(st.sampled_from([0.0, -inf])), draw(st.sampled_from([10.0, inf]))
    inner = draw(st.sampled_from([[], [1.0], [1.0, 1.5], [0.5, 2.0, 3.0]]))
    weights = {0: [1.0], 1: [0.25, 0.75], 2: [0.5, 0.0, 0.5], 3: [0.1, 0.2, 0.3, 0.4]}[len(inner)]
    bins: Arguments = {"bins": [low, *inner, high], "weights": weights}
    given: Arguments = {"column": draw(numeric), "threshold": draw(st.sampled_from([0.0, 0.05, 0.5, 2.0]))}
    ends = [low, high].count(-inf) + [low, high].count(inf)
    tails = draw(st.sampled_from([["none", "held out", "stated"], ["none", "held out"], ["none"]][ends]))
    if tails == "stated":
        bins |= {
            "weights": [weight * 0.9 for weight in weights],
            "tail_weights": draw(st.sampled_from([[0.05, 0.05], [0.1, 0.0]])),
        }
    if tails == "held out":
        given["tail_weight_holdout"] = draw(st.sampled_from([0.1, 0.5]))
    return {**given, "partition_object": bins, "internal_weight_holdout": draw(st.sampled_from([0.0, 0.1]))}


TABLE: Mapping[str, Strategy] = {
    "expect_table_row_count_to_be_between": with_limits(counts),
    "expect_table_row_count_to_equal": fixed(value=counts),
    "expect_table_column_count_to_be_between": st.builds(
        lambda low, more: {"min_value": low, "max_value": low + more}, st.integers(len(columns) - 2, len(columns) + 2), counts
    ),
    "expect_table_column_count_to_equal": fixed(value=st.integers(len(columns) - 1, len(columns) + 1)),
    "expect_table_columns_to_match_set": fixed(column_set=some_columns, exact_match=st.booleans()),
    "expect_table_columns_to_match_ordered_list": fixed(column_list=some_columns),
    "expect_column_to_exist": fixed(column=any_column | st.just("more"))
    | fixed(column=any_column, column_index=st.integers(1, len(columns)) | st.integers(-len(columns), -1)),
    "expect_column_type_to_be": fixed(column=typed, type_=type_names),
    "expect_column_values_to_be_of_type": fixed(column=typed, type_=type_names)
    | fixed(column=st.sampled_from(["text", "moment"]), type_=st.sampled_from(["str", "datetime64[ns]", "object", "int64"])),
    "expect_column_values_to_be_in_type_list": fixed(column=typed, type_list=st.lists(type_names, min_size=1, max_size=3)),
}
VALUES: Mapping[str, Strategy] = {
    "expect_column_values_to_not_be_null": fixed(column=any_column, mostly=mostly),
    "expect_column_values_to_be_null": fixed(column=any_column, mostly=mostly),
    "expect_column_values_to_be_unique": fixed(column=any_column, mostly=mostly),
    "expect_column_values_to_be_between": with_limits(numbers, column=numeric, mostly=mostly)
    | with_limits(amounts, column=st.just("amount"), mostly=mostly)
    | with_limits(moments, column=st.just("moment"), mostly=mostly)
    | with_limits(days, column=st.just("day"), mostly=mostly)
    | with_limits(instants, column=st.just("zoned"), mostly=mostly),
    "expect_column_values_to_be_in_set": sets_mostly,
    "expect_column_values_to_not_be_in_set": sets_mostly,
    "expect_column_values_to_be_increasing": fixed(
        column=st.sampled_from(["number", "whole", "tiny", "count", "moment", "zoned", "nothing"]),
        strictly=st.sampled_from([None, True, False]),
        mostly=mostly,
    ),
    "expect_column_values_to_be_decreasing": fixed(
        column=st.sampled_from(["other", "whole", "tiny", "count", "later", "zoned", "nothing"]),
        strictly=st.sampled_from([None, True, False]),
        mostly=mostly,
    ),
}
WRITING: Mapping[str, Strategy] = {
    "expect_column_values_to_match_regex": fixed(
        column=st.sampled_from(["text", "written", "whole", "tiny"]), regex=regexes, mostly=mostly
    ),
    "expect_column_values_to_not_match_regex": fixed(
        column=st.sampled_from(["text", "written", "whole", "tiny"]), regex=regexes, mostly=mostly
    ),
    "expect_column_values_to_match_regex_list": fixed(
        column=st.just("text"), regex_list=regex_lists, match_on=st.sampled_from(["any", "all"]), mostly=mostly
    ),
    "expect_column_values_to_not_match_regex_list": fixed(column=st.just("text"), regex_list=regex_lists, mostly=mostly),
    "expect_column_value_lengths_to_be_between": with_limits(st.integers(0, 4), column=st.just("text"), mostly=mostly),
    "expect_column_value_lengths_to_equal": fixed(column=st.just("text"), value=st.integers(0, 4), mostly=mostly),
    "expect_column_values_to_match_strftime_format": fixed(
        column=st.sampled_from(["text", "written"]), strftime_format=formats, mostly=mostly
    ),
    "expect_column_values_to_be_json_parseable": fixed(column=st.sampled_from(["text", "written"]), mostly=mostly),
}
TOGETHER: Mapping[str, Strategy] = {
    "expect_compound_columns_to_be_unique": record_arguments(
        ["number", "text"], ["whole", "flag", "moment"], ["text", "code"], ["tiny", "maybe"]
    ),
    "expect_select_column_values_to_be_unique_within_record": record_arguments(
        ["number", "other"], ["text", "code"], ["whole", "number", "other"], ["tiny", "maybe"], ["text", "whole"]
    ),
    "expect_multicolumn_sum_to_equal": record_arguments(
        ["number", "other"], ["whole", "number"], ["whole", "number", "other"], ["tiny", "count"], sum_total=numbers
    ),
    "expect_multicolumn_values_to_be_equal": record_arguments(
        ["number", "other"], ["text", "code"], ["moment", "later"], ["tiny", "whole", "maybe"]
    ),
    "expect_column_pair_values_a_to_be_greater_than_b": pair_arguments(or_equal=st.sampled_from([None, True, False])),
    "expect_column_pair_values_to_be_equal": pair_arguments(),
    "expect_column_pair_values_to_be_in_set": fixed(
        column_A=st.just("text"), column_B=st.just("code"), value_pairs_set=value_pairs, ignore_row_if=pair_rows, mostly=mostly
    )
    | fixed(
        column_A=st.just("number"),
        column_B=st.just("whole"),
        value_pairs_set=number_pairs,
        ignore_row_if=pair_rows,
        mostly=mostly,
    ),
}
DISTINCT: Mapping[str, Strategy] = {
    "expect_column_distinct_values_to_be_in_set": sets,
    "expect_column_distinct_values_to_contain_set": sets,
    "expect_column_distinct_values_to_equal_set": sets,
    "expect_column_most_common_value_to_be_in_set": st.builds(
        lambda given, ties: {**given, "ties_okay": ties}, sets, st.sampled_from([None, True, False])
    ),
    "expect_column_unique_value_count_to_be_between": with_limits(counts, column=any_column),
    "expect_column_proportion_of_unique_values_to_be_between": with_limits(shares, column=any_column),
    "expect_column_proportion_of_non_null_values_to_be_between": with_limits(shares, column=any_column),
}
STATISTICS: Mapping[str, Strategy] = {
    "expect_column_min_to_be_between": of_extremes,
    "expect_column_max_to_be_between": of_extremes,
    "expect_column_mean_to_be_between": with_limits(numbers, column=numeric | st.sampled_from(["amount", "flag"])),
    "expect_column_median_to_be_between": with_limits(numbers, column=numeric | st.just("amount")),
    "expect_column_stdev_to_be_between": with_limits(numbers, column=numeric | st.just("amount")),
    "expect_column_sum_to_be_between": with_limits(numbers, column=numeric | st.sampled_from(["amount", "flag"])),
    "expect_column_quantile_values_to_be_between": quantile_arguments(),
    "expect_column_kl_divergence_to_be_less_than": kl_of_categories() | kl_of_bins(),
}
FAMILIES: Mapping[str, Mapping[str, Strategy]] = {
    "table": TABLE,
    "values": VALUES,
    "writing": WRITING,
    "together": TOGETHER,
    "distinct": DISTINCT,
    "statistics": STATISTICS,
}
ARGUMENTS: Mapping[str, Strategy] = {name: given for family in FAMILIES.values() for name, given in family.items()}

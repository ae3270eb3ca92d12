"""pandera on polars with what it can say of the 43 expectations. Prints what it cost. Runs in an environment of its own.

Column types, nulls, ranges, sets, expressions, uniqueness and column order are pandera's own; means, quantiles and the like are
custom checks over the column, as its users write them.
"""

import json
import sys
from datetime import datetime
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

import pandera.polars as pa
import polars as pl
import yaml

CONTRACT = Path(__file__).parents[1] / "contract.yaml"
TYPES = {
    "string": pl.String,
    "date": pl.Date,
    "timestamp": pl.Datetime("us"),
    "decimal": pl.Float64,
    "boolean": pl.Boolean,
}
INTEGERS = {"customer_id": pl.Int64, "hour_of_day": pl.Int16}


def aggregate(name: str, value: object, low: float | None, high: float | None) -> pa.Check:
    """A check that holds one polars expression over the column between two bounds."""

    def holds(data: pa.PolarsData) -> pl.LazyFrame:
        seen = value(pl.col(data.key))
        return data.lazyframe.select(seen.is_between(low, high)) if high is not None else data.lazyframe.select(seen >= low)

    return pa.Check(holds, name=name)


def check_of(name: str, given: dict) -> pa.Check | None:
    """The column check that says the same as the expectation; None where it is said elsewhere."""
    low, high = given.get("min_value"), given.get("max_value")
    if name == "expect_column_values_to_be_between":
        if isinstance(low, str):
            low, high = datetime.fromisoformat(low), datetime.fromisoformat(high)
        return None if "mostly" in given else pa.Check.in_range(low, high)
    if name in {"expect_column_values_to_be_in_set", "expect_column_distinct_values_to_be_in_set"}:
        return pa.Check.isin(given["value_set"])
    if name == "expect_column_values_to_match_regex":
        return pa.Check.str_matches(given["regex"])
    if name == "expect_column_value_lengths_to_equal":
        return pa.Check.str_length(given["value"], given["value"])
    if name == "expect_column_distinct_values_to_contain_set":
        return aggregate(name, lambda c: pl.lit(given["value_set"]).list.set_difference(c.unique().implode()).list.len(), 0, 0)
    expressions = {
        "expect_column_mean_to_be_between": lambda c: c.mean(),
        "expect_column_stdev_to_be_between": lambda c: c.std(),
        "expect_column_median_to_be_between": lambda c: c.median(),
        "expect_column_max_to_be_between": lambda c: c.max(),
        "expect_column_proportion_of_non_null_values_to_be_between": lambda c: c.is_not_null().mean(),
        "expect_column_proportion_of_unique_values_to_be_between": lambda c: c.drop_nulls().n_unique() / c.count(),
    }
    return aggregate(name, expressions[name], low, high) if name in expressions else None


def more(name: str, given: dict) -> list[pa.Check]:
    """Checks of a column that need more than one bound."""
    if name == "expect_column_quantile_values_to_be_between":
        ranges = given["quantile_ranges"]
        return [
            aggregate(f"{name}_{share}", lambda c, share=share: c.quantile(share, "nearest"), low, high)
            for share, (low, high) in zip(ranges["quantiles"], ranges["value_ranges"], strict=True)
        ]
    if name == "expect_column_values_to_be_between" and "mostly" in given:
        inside = lambda c: c.is_between(given["min_value"], given["max_value"]).mean()  # noqa: E731
        return [aggregate(name, inside, given["mostly"], None)]
    return []


def schema(contract: dict) -> tuple[pa.DataFrameSchema, int]:
    """The schema, and how many of the expectations it says."""
    checks: dict[str, list[pa.Check]] = {name: [] for name in contract["columns"]}
    whole, said, strict_nulls, unique = [], 1, set(), set()  # 1: the columns in their order
    for entry in contract["expectations"]:
        [(name, given)] = entry.items()
        column = given.get("column")
        if name == "expect_column_values_to_not_be_null":
            strict_nulls.add(column)
        elif name == "expect_column_values_to_be_unique":
            unique.add(column)
        elif name == "expect_column_pair_values_a_to_be_greater_than_b":
            pair = pl.col(given["column_A"]) >= pl.col(given["column_B"])
            whole.append(pa.Check(lambda data, pair=pair: data.lazyframe.select(pair.fill_null(value=True)), name=name))
        elif column and (made := [check for check in (check_of(name, given), *more(name, given)) if check]):
            checks[column] += made
        else:
            continue
        said += 1
    columns = {
        name: pa.Column(
            TYPES.get(shape["type"], INTEGERS.get(name, pl.Int32)),
            checks=checks[name],
            nullable=name not in strict_nulls,
            unique=name in unique,
        )
        for name, shape in contract["columns"].items()
    }
    compound = ["customer_id", "pulled_at"]
    return pa.DataFrameSchema(columns, checks=whole, unique=compound, ordered=True, strict=True), said + 2  # and the column count


def main(path: str) -> None:
    """Validate lazily, so that all failures are told."""
    made, said = schema(yaml.safe_load(CONTRACT.read_text()))
    before = getrusage(RUSAGE_SELF)
    failed = []
    try:
        made.validate(pl.read_parquet(path), lazy=True)
    except pa.errors.SchemaErrors as errors:
        failed = sorted({f"{one.schema.name}:{one.check}" for one in errors.schema_errors})
    after = getrusage(RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(json.dumps({"cpu_s": cpu, "checks": said, "failed": failed}))


if __name__ == "__main__":
    main(sys.argv[1])

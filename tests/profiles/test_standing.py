"""What every profile keeps for later: enough to compare partitions by, and nothing of a customer's."""

from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feature_health.contracts.contract import Contract
from feature_health.contracts.parse import contract_in
from feature_health.engines.duckdb import DuckDbEngine
from feature_health.profiles.measure import HashSketch, HourCounts, QuantileSketch, Stat, ValueCounts, name_of
from feature_health.profiles.standing import QUANTILE_ERROR, merged, overlap, standing_measures

ROWS = 250_000
CONTRACT = """
job: cards
about: A test's
owner: tests
tier: 2
partition: {by: day, timezone: UTC, ready_by: "06:00"}
key: [card, day]
columns:
  card: {type: string, nulls: never}
  day: {type: date, nulls: never}
  email: {type: string, nulls: never}
  bureau: {type: string, nulls: never}
  balance: {type: decimal, nulls: never}
  seen: {type: timestamp, nulls: never}
rows: {row_count_min: 1, row_count_max: 1000000}
expectations:
  - expect_column_values_to_be_in_set: {column: bureau, value_set: [EFX, EXP]}
"""
hashes = st.lists(st.integers(0, 2**64 - 1), max_size=20, unique=True).map(sorted)


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    path = tmp_path_factory.mktemp("contracts") / "cards.yaml"
    path.write_text(CONTRACT)
    return contract_in(path)


@pytest.fixture(scope="module")
def partition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("partitions") / "2026-06-02.parquet"
    columns = (
        "'C' || i AS card, DATE '2026-06-02' AS day, 'person' || i || '@example.org' AS email, "
        "CASE WHEN i % 3 = 0 THEN 'EXP' ELSE 'EFX' END AS bureau, i / 10.0 AS balance, "
        "TIMESTAMP '2026-06-02 00:30:00' + to_hours(CAST(i % 5 AS INTEGER)) AS seen"
    )
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT {columns} FROM range({ROWS}) t(i)) TO '{path}' (FORMAT parquet)")
    return path


def test_a_profile_keeps_of_each_column_what_its_type_has_and_no_customers_value(contract: Contract, partition: Path) -> None:
    """A baseline would lack a feature, or the ledger would hold e-mail addresses for years."""
    seen = DuckDbEngine(threads=1).profile(partition, standing_measures(contract), {})
    assert dict(seen.unmeasured) == {}
    assert seen[ValueCounts(column="bureau")] == [["EFX", 166_666], ["EXP", 83_334]]
    assert seen[Stat(column="balance", name="mean")] == pytest.approx((ROWS - 1) / 20)
    assert len(seen[HourCounts(column="seen")]) == 5
    assert [len(seen[HashSketch(columns=columns)]) for columns in (("card",), ("email",), ("card", "day"))] == [512] * 3
    assert "example.org" not in seen.to_json()
    assert len(seen.to_json()) < 60_000


def test_a_sampled_distribution_is_as_near_as_it_says(partition: Path) -> None:
    """A drift of the distribution would be seen where only the sample differs."""
    sketch = DuckDbEngine(threads=1).profile(partition, [QuantileSketch(column="balance")], {})[QuantileSketch(column="balance")]
    assert 100_000 <= sketch["count"] < ROWS
    shares = [value * 10 / ROWS for value in sketch["values"]]  # the values are 0 to ROWS / 10, each as often
    assert all(abs(share - n / 32) <= QUANTILE_ERROR for n, share in enumerate(shares))


def test_the_same_file_gives_the_same_sketches(contract: Contract, partition: Path) -> None:
    """A past verdict could not be made again."""
    one, other = (DuckDbEngine(threads=threads).profile(partition, standing_measures(contract), {}) for threads in (1, 2))
    sketches = [name_of(it) for it in standing_measures(contract) if isinstance(it, QuantileSketch | HashSketch)]
    assert {name: one.values[name] for name in sketches} == {name: other.values[name] for name in sketches}


@given(one=hashes, other=hashes, third=hashes)
def test_sketches_merge_in_any_order(one: list[int], other: list[int], third: list[int]) -> None:
    """A week's sketch would depend on which day was added first."""
    assert merged(one, other, size=5) == merged(other, one, size=5)
    assert merged(merged(one, other, size=5), third, size=5) == merged(one, merged(other, third, size=5), size=5)


@given(one=hashes, other=hashes)
def test_small_sketches_tell_the_overlap_exactly(one: list[int], other: list[int]) -> None:
    """Yesterday's file delivered again would look like a new one."""
    union = set(one) | set(other)
    assert overlap(one, other) == (len(set(one) & set(other)) / len(union) if union else 0.0)
    assert overlap(one, one) == (1.0 if one else 0.0)

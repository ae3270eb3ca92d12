"""What a contract promises besides its expectations: null ceilings, the key, row count and freshness, each as a check of its own.

Knows neither expectation types nor how measures are taken.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from feature_health.checks.finding import Finding
from feature_health.checks.wording import hours, percent, share_in_words
from feature_health.contracts.contract import Column, Contract, Freshness, RowLimits
from feature_health.contracts.keys import Period
from feature_health.contracts.severity import Severity
from feature_health.profiles.measure import Count, Duplicates, Measure, Stat, ValueCounts
from feature_health.profiles.predicate import Any as AnyOf
from feature_health.profiles.predicate import Between, IsNull, Not
from feature_health.profiles.profile import NotMeasured, Profile

ROWS = Count()
EMPTY, ROW_COUNT, KEY_UNIQUE, KEY_PRESENT = "rows.empty", "rows.count", "key.unique", "key.present"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a judgement is made against besides the contract: the instant for ages, the day's volume and why, and the period.

    `period` is None when nobody said which partition it is.
    """

    as_of: datetime
    volume: tuple[float, str]
    period: Period | None


def _no_single_row(_: Period | None) -> None:
    """What a promise about the delivery as a whole says of failing rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One check. `judge` may look up exactly the measures in `needs`; it returns a finding, or None when the promise is kept.

    `failing` gives, for the partition's period, the measure that counts exactly the rows that fail; None where no single row can.
    """

    check: str
    columns: tuple[str, ...] = ()
    needs: tuple[Measure, ...]
    judge: Callable[[Profile, Setting], Finding | None]
    failing: Callable[[Period | None], Measure | None] = _no_single_row


def promises(contract: Contract) -> tuple[Promise, ...]:
    """Everything that the schema part of the contract promises of values and rows."""
    return (
        Promise(check=EMPTY, needs=(ROWS,), judge=_empty),
        *([Promise(check=ROW_COUNT, needs=(ROWS,), judge=partial(_row_count, contract.rows))] if contract.rows else []),
        *([_key_present(contract.key), _key_unique(contract.key)] if contract.key else []),
        *(_null_ceiling(column) for column in contract.columns if column.name not in contract.key),
        *_freshness(contract),
        *_within_period(contract),
    )


def row_limits(rows: RowLimits, factor: float) -> tuple[int, int]:
    """Floor and ceiling of a day's row count, given its volume relative to an ordinary day; rounded in the delivery's favour."""
    return math.floor(rows.row_count_min * factor), math.ceil(rows.row_count_max * factor)


def _violation(check: str, because: str, *, column: str | None = None, **evidence: Any) -> Finding:  # noqa: ANN401 - any JSON
    return Finding(check=check, kind="violation", severity=Severity.BLOCK, because=because, column=column, evidence=evidence)


def _empty(seen: Profile, _: Setting) -> Finding | None:
    if seen[ROWS] > 0:
        return None
    return _violation(EMPTY, "the delivery has no rows at all", row_count=0)


def _row_count(rows: RowLimits, seen: Profile, setting: Setting) -> Finding | None:
    count, (factor, why) = seen[ROWS], setting.volume
    low, high = row_limits(rows, factor)
    if count == 0 or low <= count <= high:  # an empty delivery is a finding of its own
        return None
    ordinary = f"; {rows.row_count_min:,} to {rows.row_count_max:,} on an ordinary day, {why}" if factor != 1 else ""
    because = f"there are {count:,} rows, expected {low:,} to {high:,}{ordinary}"
    return _violation(ROW_COUNT, because, row_count=count, row_count_min=low, row_count_max=high, volume=factor)


def _key_present(key: tuple[str, ...]) -> Promise:
    lacking = Count(where=AnyOf(of=tuple(IsNull(column=name) for name in key)))

    def judge(seen: Profile, _: Setting) -> Finding | None:
        count, rows = seen[lacking], seen[ROWS]
        if count == 0:
            return None
        because = (
            f"{count:,} of {rows:,} rows ({share_in_words(count, rows)}) have no key ({', '.join(key)}), which is never null"
        )
        return _violation(KEY_PRESENT, because, column=_only(key), null_count=count, row_count=rows)

    return Promise(check=KEY_PRESENT, columns=key, needs=(lacking, ROWS), judge=judge, failing=lambda _: lacking)


def _key_unique(key: tuple[str, ...]) -> Promise:
    shared = Duplicates(columns=key)

    def judge(seen: Profile, _: Setting) -> Finding | None:
        count, rows = seen[shared], seen[ROWS]
        if count == 0:
            return None
        because = (
            f"{count:,} of {rows:,} rows ({share_in_words(count, rows)}) share their key ({', '.join(key)}) with another row"
        )
        return _violation(KEY_UNIQUE, because, column=_only(key), duplicate_count=count, row_count=rows)

    return Promise(check=KEY_UNIQUE, columns=key, needs=(shared, ROWS), judge=judge, failing=lambda _: shared)


def _null_ceiling(column: Column) -> Promise:
    check, nulls = f"nulls:{column.name}", Count(where=IsNull(column=column.name))

    def judge(seen: Profile, _: Setting) -> Finding | None:
        count, rows = seen[nulls], seen[ROWS]
        if not rows or count / rows <= column.null_ratio_max:
            return None
        limit = f"at most {percent(column.null_ratio_max)}" if column.null_ratio_max else "never"
        because = f"{column.name} is null in {count:,} of {rows:,} rows ({share_in_words(count, rows)}), promised: {limit}"
        evidence = {"null_count": count, "row_count": rows, "null_ratio_max": column.null_ratio_max}
        return _violation(check, because, column=column.name, **evidence)

    return Promise(check=check, columns=(column.name,), needs=(nulls, ROWS), judge=judge, failing=lambda _: nulls)


def _within_period(contract: Contract) -> Iterator[Promise]:
    """Every row is of the partition's own day or month: another day's file is perfect in every other way."""
    column = contract.partition.column
    if column is not None:
        days = ValueCounts(column=column)
        check = f"partition.period:{column}"
        yield Promise(
            check=check,
            columns=(column,),
            needs=(days, ROWS),
            judge=partial(_judge_period, check, column, days),
            failing=partial(_outside, column),
        )


def _outside(column: str, period: Period | None) -> Count | None:
    """The rows of other days. The judgement itself counts every day, for a contract's measures know no period."""
    if period is None:
        return None
    first, end = period.start.date().isoformat(), period.end.date().isoformat()
    return Count(where=Not(of=Between(column=column, low=first, high=end, strict_high=True)))


def _judge_period(check: str, column: str, days: ValueCounts, seen: Profile, setting: Setting) -> Finding | None:
    if setting.period is None:
        raise NotMeasured("nobody said which partition this is")
    first, end = setting.period.start.date(), setting.period.end.date()
    strays = {day: count for value, count in seen[days] if not first <= (day := _day(value, column)) < end}
    if not strays:
        return None
    count, rows = sum(strays.values()), seen[ROWS]
    because = (
        f"{column} of {count:,} of {rows:,} rows ({share_in_words(count, rows)}) lies outside the partition's period "
        f"({first} to before {end}): {min(strays)} to {max(strays)}"
    )
    return _violation(check, because, column=column, outside_count=count, row_count=rows)


def _day(value: object, column: str) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:  # delivered as another type than promised; the value itself must not be told
        raise NotMeasured(f"{column} does not hold dates") from error


def _freshness(contract: Contract) -> Iterator[Promise]:
    if contract.freshness is not None:
        fresh, zone = contract.freshness, ZoneInfo(contract.partition.timezone)
        newest = Stat(column=fresh.column, name="max")
        judge = partial(_judge_freshness, fresh, newest, zone)
        yield Promise(check=f"freshness:{fresh.column}", columns=(fresh.column,), needs=(newest, ROWS), judge=judge)


def _judge_freshness(fresh: Freshness, newest: Stat, zone: ZoneInfo, seen: Profile, setting: Setting) -> Finding | None:
    check, value = f"freshness:{fresh.column}", seen[newest]
    if value is None:
        because = f"{fresh.column} has no value in any row, so the delivery's age is unknown"
        return _violation(check, because, column=fresh.column) if seen[ROWS] else None
    at = _instant(value, zone, fresh.column)
    age_hours = (setting.as_of - at).total_seconds() / 3600
    judged = f"the newest {fresh.column} is {value}, judged as of {setting.as_of.isoformat(timespec='minutes')}"
    evidence = {"newest": str(value), "age_hours": round(age_hours, 3), "age_hours_max": fresh.age_hours_max}
    if age_hours < 0:
        return _violation(f"freshness.future:{fresh.column}", f"{judged}: it lies in the future", column=fresh.column, **evidence)
    if age_hours > fresh.age_hours_max:
        because = f"{judged}: {hours(age_hours)} old, promised at most {hours(fresh.age_hours_max)}"
        return _violation(check, because, column=fresh.column, **evidence)
    return None


def _instant(value: object, zone: ZoneInfo, column: str) -> datetime:
    """When the ISO text is: a date is its first moment in the job's time zone, a time without a zone is UTC."""
    try:
        if isinstance(value, str) and len(value) == len("2026-06-02"):
            return datetime.combine(date.fromisoformat(value), time(), zone)
        moment = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise NotMeasured(f"the newest {column} is no date or time") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _only(key: tuple[str, ...]) -> str | None:
    return key[0] if len(key) == 1 else None

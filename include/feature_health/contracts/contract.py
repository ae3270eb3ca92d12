"""The contract of one feature job, as values. `parse` makes them from YAML; nothing here reads a file."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

from feature_health.contracts.keys import PartitionScheme
from feature_health.contracts.severity import Policy, Severity

ColumnType = Literal["string", "integer", "decimal", "boolean", "date", "timestamp", "list", "struct", "map"]
FROM_CODES = ("special_codes", "min_value", "max_value")
ITEM = "[]"
"""What the one field of a list is called, so that its path reads `payments[].amount`."""
ChangeClass = Literal[
    "added",
    "removed",
    "retyped",
    "widened",
    "narrowed",
    "nullable",
    "required",
    "key",
    "reordered",
    "values_added",
    "values_removed",
    "semantic",
]
CHANGE_CLASSES: tuple[ChangeClass, ...] = get_args(ChangeClass)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeTable:
    """A vendor's valid range and the special codes that stand outside it, each with its meaning."""

    name: str
    valid_min: float
    valid_max: float
    special: Mapping[int, str]

    def arguments(self) -> dict[str, Any]:
        """What an expectation type that asks for special codes takes from the table; its keys are `FROM_CODES`."""
        return dict(zip(FROM_CODES, (sorted(self.special), self.valid_min, self.valid_max), strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A name and a type: a column, or what lies in a nested one.

    `size` narrows the type, () leaves it open: (bits,) of an integer, (digits in all, digits after the point) of a decimal.
    `fields` are what a struct holds, `key` and `value` of a map, or the one `ITEM` of a list; () leaves them open.
    """

    name: str
    type: ColumnType
    size: tuple[int, ...] = ()
    fields: tuple["Field", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Field):
    """One promised column. `null_ratio_max` is the share of rows, 0 to 1, that may be null; `unit` is of defaults.yaml's list.

    `values` are all that it may hold, () is any. They name what the columns of `meaning_of` mean: a score's model, a ratio's
    definition.
    """

    null_ratio_max: float
    unit: str | None = None
    codes: CodeTable | None = None
    values: tuple[str | int, ...] = ()
    meaning_of: tuple[str, ...] = ()
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumer:
    """Who reads the job's output: which columns (() is all), and what a change of these leads to where it is harsher for them."""

    name: str
    columns: tuple[str, ...] = ()
    on_change: Mapping[ChangeClass, Severity] = field(default_factory=dict)

    def reads(self, columns: Collection[str]) -> bool:
        """Whether it reads one of the columns."""
        return not self.columns or not set(self.columns).isdisjoint(columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowLimits:
    """Floor and ceiling of the row count on an ordinary day; `calendar` names the factors that scale both by day."""

    row_count_min: int
    row_count_max: int
    calendar: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """The newest value of `column` may be at most `age_hours_max` old at the judgement's `as_of`."""

    column: str
    age_hours_max: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DivertLimits:
    """How many rows may be held back while the rest is published; all shares are 0 to 1.

    At most `row_share_max` of all rows and `segment_share_max` of any segment's, and only where they are spread over the
    segments (the values of each column of `segments`) as chance would: an excess with a p-value below `significance` is none.
    """

    row_share_max: float
    segments: tuple[str, ...]
    segment_share_max: float
    significance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectationSpec:
    """One stated limit: a type of Great Expectations' vocabulary (or ours of the same kind) with its kwargs as written.

    `row_condition` (in kwargs) is a SQL boolean expression over the candidate's columns. `failures` are the known lending
    failures it is for. `divert` says whether rows that fail it may be held back, in a contract that diverts. `line` is where it
    stands in the file, 0 when it was not written there. `engine` says who must judge it where our own could not; `gx` is what a
    suite of Great Expectations says beside, as it says it.
    """

    type: str
    kwargs: Mapping[str, Any]
    severity: Severity = Severity.BLOCK
    failures: tuple[str, ...] = ()
    about: str = ""
    divert: bool = True
    engine: Literal["great_expectations"] | None = None
    gx: Mapping[str, Any] = field(default_factory=dict)
    line: int = field(default=0, compare=False)

    @property
    def id(self) -> str:
        """A name that stays the same while type and kwargs do."""
        return f"{self.type}({json.dumps(dict(self.kwargs), sort_keys=True, default=str)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What the owner of one job promises of its output. `inputs` are the jobs a join waits for, per key.

    One that is in force has a partition scheme, a key and row limits; one by which files are judged alone may lack these
    (NOT_PARTITIONED, no key, None). `suite` is what a suite of Great Expectations, from which it was made, says of itself.
    """

    job: str
    about: str
    owner: str
    partition: PartitionScheme
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    policy: Policy
    on_change: Mapping[ChangeClass, Severity]
    rows: RowLimits | None
    freshness: Freshness | None
    expectations: tuple[ExpectationSpec, ...]
    inputs: tuple[str, ...] = ()
    consumers: tuple[Consumer, ...] = ()
    divert: DivertLimits | None = None
    slack_channel: str | None = None
    runbook: str | None = None
    suite: Mapping[str, Any] = field(default_factory=dict)
    source: str = field(default="", compare=False)

    def column(self, name: str) -> Column | None:
        """The promised column of that name, or None."""
        return next((column for column in self.columns if column.name == name), None)

    @property
    def digest(self) -> str:
        """sha256 over everything that decides a verdict; where the file lies and its line numbers do not count."""
        return hashlib.sha256(self.canonical_json().encode()).hexdigest()

    def canonical_json(self) -> str:
        """The contract as JSON with sorted keys; `record.from_json` reads it back equal."""
        record = asdict(self)
        del record["source"]
        for expectation in record["expectations"]:
            del expectation["line"]
        return json.dumps(record, sort_keys=True, default=str)

"""The shape of the YAML files, as pydantic models: a contract, the shared defaults, a vendor's code table.

Only the form of each part; what must hold between parts is in `rules`. Strict: "3" is not a number and 1 is not a name.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from feature_health.contracts.contract import ColumnType
from feature_health.contracts.keys import Cadence

JOB_NAME = r"^[a-z][a-z0-9_]{0,62}$"
_CHANNEL = r"^#[^\s#]{1,80}$"
_TIME_OF_DAY = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
_CODE = r"^-?[0-9]{1,15}$"
IN_WORDS: Mapping[str, str] = {
    JOB_NAME: "a name of small letters, digits and _, beginning with a letter",
    _CHANNEL: 'a channel in quotes, such as "#feature-health"',
    _TIME_OF_DAY: "a time of day, HH:MM from 00:00 to 23:59",
    _CODE: "a whole number",
}
"""What a text must look like, for people who do not read regular expressions."""
ChangeWord = Literal["allow", "warn", "block"]
SeverityWord = Literal["block", "warn", "note"]
RulingWord = Literal["publish", "publish_with_warnings", "quarantine"]


def _printable(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise ValueError("must be a text of one line that is not empty")
    return text


def _share(value: object) -> object:
    if isinstance(value, str) and value != "never":
        raise ValueError("expected `never` or a share, 0 to 1")
    return 0.0 if value == "never" else value


Text = Annotated[str, Field(min_length=1, max_length=4000)]
Name = Annotated[str, Field(max_length=128), AfterValidator(_printable)]
JobName = Annotated[str, Field(pattern=JOB_NAME)]
Bits = Literal[8, 16, 32, 64]
Digits = Annotated[list[int], Field(min_length=2, max_length=2)]
NullShare = Annotated[
    float,
    Field(ge=0, le=1),
    BeforeValidator(_share),
    WithJsonSchema({"anyOf": [{"const": "never"}, {"type": "number", "minimum": 0, "maximum": 1}]}),
]


class Shape(BaseModel):
    """No key that is not named here is taken."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class PartitionShape(Shape):
    """How the output is cut into partitions and when each must be there."""

    by: Cadence = Field(description="day or month")
    timezone: Name = Field(description="IANA name, such as America/New_York")
    ready_by: str = Field(pattern=_TIME_OF_DAY, description="local time HH:MM on the day the period ends")
    ready_days_after: int = Field(default=0, ge=0, le=366, description="days later, for slower feeds")
    column: str | None = Field(default=None, description="the date column that must lie in the period in every row")


class FieldShape(Shape):
    """What lies in a nested column."""

    type: ColumnType
    size: Bits | Digits | None = Field(
        default=None, description="of an integer its bits, of a decimal [digits in all, digits after the point]; else any"
    )
    fields: "dict[Name, FieldShape] | None" = Field(default=None, description="of a struct its fields, of a map key and value")
    items: "FieldShape | None" = Field(default=None, description="of a list, what it holds")
    about: Text | None = None


class ColumnShape(FieldShape):
    """One promised column."""

    nulls: NullShare | None = Field(
        default=None, description="never, or the share of rows that may be null; else from defaults.yaml"
    )
    unit: str | None = Field(default=None, description="one of defaults.yaml's units")
    codes: str | None = Field(default=None, description="a vendor's code table, codes/<name>.yaml")
    values: list[str | int] | None = Field(default=None, min_length=1, description="all values that it may hold")
    meaning_of: list[str] | None = Field(
        default=None, min_length=1, description="columns whose meaning its values name, such as a score's model"
    )


class OnChangeShape(Shape):
    """What each class of schema change leads to; whatever is not given comes from defaults.yaml."""

    added: ChangeWord | None = None
    removed: ChangeWord | None = None
    retyped: ChangeWord | None = None
    widened: ChangeWord | None = None
    narrowed: ChangeWord | None = None
    nullable: ChangeWord | None = None
    required: ChangeWord | None = None
    key: ChangeWord | None = None
    reordered: ChangeWord | None = None
    values_added: ChangeWord | None = None
    values_removed: ChangeWord | None = None
    semantic: ChangeWord | None = None


class ConsumerShape(Shape):
    """Who reads the output, and what a change leads to where it is harsher for them."""

    columns: list[str] | None = Field(default=None, min_length=1, description="what it reads; default: every column")
    on_change: OnChangeShape = OnChangeShape()


class RowsShape(Shape):
    """Row count of an ordinary day; a calendar scales both limits."""

    row_count_min: int = Field(ge=1)
    row_count_max: int = Field(ge=1)
    calendar: Name | None = Field(default=None, description="name of a calendar that knows weekdays and holidays")


class FreshnessShape(Shape):
    """How old the newest value of a date or time column may be."""

    column: str
    age_hours_max: float = Field(gt=0)


class DivertShape(Shape):
    """How many rows may be held back, with their reasons, while the rest is published."""

    row_share_max: float = Field(gt=0, lt=1, description="the greatest share of rows, 0 to 1, that may be held back")
    segments: list[str] = Field(
        min_length=1, description="columns of few values, such as state; the rows may not gather in one of these"
    )
    segment_share_max: float | None = Field(
        default=None, gt=0, le=1, description="the greatest share of any segment's rows; four times row_share_max by default"
    )
    significance: float = Field(
        default=0.01,
        gt=0,
        le=0.2,
        description="how improbable by chance an excess in a segment must be to hold the whole partition",
    )


class NotifyShape(Shape):
    """Who is told."""

    slack: Annotated[str, Field(pattern=_CHANNEL)] | None = Field(default=None, description="a channel, such as #feature-health")
    runbook: Name | None = None


class RemarksShape(BaseModel):
    """What we add to an expectation's own arguments; everything else in it belongs to its type."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)

    severity: SeverityWord = "block"
    failures: list[Name] = Field(default_factory=list, alias="for", description="the known failures this is for, such as B3")
    about: Text | None = Field(default=None, description="why this holds, in a sentence")
    divert: bool = Field(default=True, description="false: rows that fail this are never held back by themselves")
    engine: Literal["great_expectations"] | None = Field(default=None, description="who judges it, where ours could not")
    gx: dict[str, Any] = Field(default_factory=dict, description="what a suite of Great Expectations says beside; kept as it is")


class ContractShape(Shape):
    """A contract file."""

    job: JobName = Field(description="the feature job; also the file's name")
    about: Text = Field(description="what the table holds and who reads it")
    owner: Name
    tier: int = Field(description="of defaults.yaml: what a finding of each severity leads to")
    partition: PartitionShape | None = Field(default=None, description="needed by a gate; a file may be judged without")
    key: list[str] = Field(default_factory=list, min_length=1, description="the columns that name a row; needed by a gate")
    inputs: list[JobName] = Field(default_factory=list, description="the jobs a join waits for")
    columns: dict[Name, ColumnShape] = Field(min_length=1)
    on_change: OnChangeShape = OnChangeShape()
    consumers: dict[Name, ConsumerShape] = Field(default_factory=dict, description="who reads the output")
    rows: RowsShape | None = Field(default=None, description="needed by a gate; without it one row is enough")
    freshness: FreshnessShape | None = None
    divert: DivertShape | None = None
    expectations: list[dict[str, RemarksShape]] = Field(min_length=1)
    notify: NotifyShape = NotifyShape()
    suite: dict[str, Any] = Field(default_factory=dict, description="what a suite that it was made of says of itself")


class TierShape(Shape):
    """What a finding of each severity makes of a partition."""

    block: RulingWord
    warn: RulingWord
    note: RulingWord
    unable: RulingWord


class AllChangesShape(Shape):
    """The default for every class of schema change."""

    added: ChangeWord
    removed: ChangeWord
    retyped: ChangeWord
    widened: ChangeWord
    narrowed: ChangeWord
    nullable: ChangeWord
    required: ChangeWord
    key: ChangeWord
    reordered: ChangeWord
    values_added: ChangeWord
    values_removed: ChangeWord
    semantic: ChangeWord


class DefaultsShape(Shape):
    """defaults.yaml."""

    null_ratio_max: NullShare
    on_change: AllChangesShape
    tiers: dict[str, TierShape] = Field(min_length=1)
    units: list[Name] = Field(min_length=1)


class ValidShape(Shape):
    """The range of ordinary values, both ends included."""

    min: float
    max: float


class CodesShape(Shape):
    """codes/<name>.yaml: one vendor's special codes for one kind of field."""

    name: Annotated[str, Field(pattern=JOB_NAME)]
    about: Text
    vendor: Name
    product: Name
    version: Name
    valid: ValidShape
    special: dict[Annotated[str, Field(pattern=_CODE)], Text] = Field(min_length=1)

"""What one candidate looked like: observed schema plus measurements, a few kB, enough to judge it again without the data."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

from feature_health.contracts.contract import ColumnType
from feature_health.profiles.measure import Measure, name_of

VERSION = 1


class NotMeasured(LookupError):
    """A measure that a check needs was not taken; the message says why. Judging turns it into a finding of kind `unable`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedColumn:
    """One column, or what lies in a nested one, as found.

    `type` is None when no contract can promise such a one; `native` is the engine's own name of it. `size` is that of a
    contract's field, and beyond it: (0, bits) of an integer without a sign, (significant digits,) of a floating-point
    number, (1,) of a time with a zone and (0,) of one without. `nullable` is what the file says of itself, not whether there
    are nulls.
    """

    name: str
    type: ColumnType | None
    native: str
    size: tuple[int, ...] = ()
    fields: tuple["ObservedColumn", ...] = ()
    nullable: bool = True

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """The column that `asdict` and JSON made a record of."""
        inner = tuple(cls.from_record(field) for field in record["fields"])
        return cls(**{**record, "size": tuple(record["size"]), "fields": inner})


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Everything seen of one candidate.

    `unreadable` says why a file could not be read at all; then there are no columns and no values. `unparsed` counts, per column,
    values of a CSV or JSON delivery that were not of the promised type. `values` and `unmeasured` are keyed by
    `name_of(measure)`; a measure is in exactly one of them. `read` names the other partitions that were read, with their sha256.
    `sample` is the store's name of a file with some of the rows; the rows themselves are never in here.
    """

    engine: str
    rows: int = 0
    columns: tuple[ObservedColumn, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    unmeasured: Mapping[str, str] = field(default_factory=dict)
    unparsed: Mapping[str, int] = field(default_factory=dict)
    read: Mapping[str, str] = field(default_factory=dict)
    unreadable: str | None = None
    sample: str | None = None
    version: int = VERSION

    def __getitem__(self, measure: Measure) -> Any:  # noqa: ANN401 - each measure's docstring says what it is
        """The measured value; raises NotMeasured with the reason."""
        name = name_of(measure)
        if name in self.values:
            return self.values[name]
        raise NotMeasured(self.unmeasured.get(name, self.unreadable or "it was never measured"))

    def column(self, name: str) -> ObservedColumn | None:
        """The observed column of that name, or None."""
        return next((column for column in self.columns if column.name == name), None)

    def to_json(self) -> str:
        """Canonical JSON; `from_json` reads it back equal."""
        # Not `asdict` of the whole: that copies every measured value, and a history serialises dozens of profiles.
        record = {field.name: getattr(self, field.name) for field in fields(self)}
        return json.dumps({**record, "columns": [asdict(column) for column in self.columns]}, sort_keys=True)

    @property
    def digest(self) -> str:
        """sha256 of the canonical JSON."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The profile that `to_json` wrote."""
        record = json.loads(text)
        return cls(**{**record, "columns": tuple(ObservedColumn.from_record(column) for column in record["columns"])})

"""A change of schema as a sentence, by what was compared: a delivery with its contract or with the one before, two contracts."""

from collections.abc import Mapping
from typing import Literal

from feature_health.checks.schema_change import SchemaChange
from feature_health.contracts.contract import ChangeClass

Sentences = Mapping[ChangeClass | Literal["told"], str]
_RETYPED = "{column} is promised as {before} but delivered as {after} ({kind})"
_RETYPED_SINCE = "{column} was {before} in {since} and is {after} now ({kind})"
_PROMISED_ANEW = "{column} was promised as {before} and is now promised as {after} ({kind})"

OF_A_DELIVERY: Sentences = {
    "removed": "{column} ({before}) is promised but not in the delivery",
    "added": "{column} ({after}) is in the delivery but not in the contract",
    "retyped": _RETYPED,
    "widened": _RETYPED,
    "narrowed": _RETYPED,
    "reordered": "{moved} stand in another order than promised, first {first}; they are read by name",
}
SINCE_THE_PREVIOUS: Sentences = {
    "removed": "{column} ({before}) was in {since} but is not in the delivery; the contract does not promise it",
    "added": "{column} ({after}) was not in {since}",
    "retyped": _RETYPED_SINCE,
    "widened": _RETYPED_SINCE,
    "narrowed": _RETYPED_SINCE,
    "nullable": "{column} may be null by the file's own schema, in {since} it could not",
    "key": "the key of a row was {before} in {since} and is {after} now",
    "reordered": "{moved} stand in another order than in {since}, first {first}",
    "semantic": "{column} means something else than in {since}: {before} then, {after} now",
    "told": "{subject} is told by now: {after}; of {since} nothing was told",
}
OF_TWO_CONTRACTS: Sentences = {
    "removed": "{column} ({before}) is no longer promised",
    "added": "{column} ({after}) is newly promised",
    "retyped": _PROMISED_ANEW,
    "widened": _PROMISED_ANEW,
    "narrowed": _PROMISED_ANEW,
    "nullable": "{column} was never null and may be null now",
    "required": "{column} could be null and is never null now",
    "key": "the key of a row was {before} and is {after} now",
    "reordered": "{moved} are promised in another order, first {first}",
    "values_added": "{column} may newly be {after}",
    "values_removed": "{column} may no longer be {before}",
    "semantic": "{column} means something else: {before} before, {after} now",
    "told": "{subject} is told for the first time: {after}",
}


def sentence(change: SchemaChange, sentences: Sentences, *, since: str = "") -> str:
    """The change in one sentence, a likely new name with it."""
    count = len(change.columns)
    moved = f"the fields of {change.column}" if change.column else f"{count} columns"
    first = change.columns[0] if not change.column else (change.before or "").partition(",")[0]
    told = sentences["told" if change.first_told else change.kind].format(
        column=change.column,
        subject=f"what {change.column} means" if change.column else "the key of a row",
        before=change.before,
        after=change.after,
        kind=change.kind,
        moved=moved,
        first=first,
        since=since,
    )
    return told + (f"; perhaps it is now called {change.probable_rename}" if change.probable_rename else "")

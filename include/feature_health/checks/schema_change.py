"""The differences between two schemas, each with its class. Knows neither who promised nor who saw them, nor what follows.

Columns are known by name: a renamed one is one removed and one added, and a likely new name is evidence, never a mapping.
"""

import difflib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from feature_health.checks.schema import Part, Schema, fits, same_type
from feature_health.contracts.contract import ITEM, ChangeClass

RENAME_SIMILARITY_MIN = 0.8
NAMES_SHOWN_MAX = 8
MEANINGS_SHOWN_MAX = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaChange:
    """One difference between two schemas.

    `column` is its path, such as `payments[].amount`, "" when no single one is meant; `columns` are all that it touches, by their
    names in the table. `before` and `after` tell what differs in words, None where there is nothing. `probable_rename` is the
    added column that a removed one may have become. `first_told`: it is no other meaning or key, for nothing was told of
    it before.
    """

    kind: ChangeClass
    column: str
    columns: tuple[str, ...]
    before: str | None = None
    after: str | None = None
    probable_rename: str | None = None
    first_told: bool = False


def diff(before: Schema, after: Schema) -> tuple[SchemaChange, ...]:
    """Every difference: of columns in their order, then added ones in the order found, then the order, then the key."""
    return (*_among(before.columns, after.columns, at="", root=None), *_rekeyed(before.key, after.key))


def _among(before: tuple[Part, ...], after: tuple[Part, ...], *, at: str, root: str | None) -> Iterator[SchemaChange]:
    """The differences between the columns of a table, or between the fields of one column `root` at the path `at`."""
    found, known = {part.name: part for part in after}, {part.name for part in before}
    added = [part for part in after if part.name not in known]
    for part in before:
        place, touched = _path(at, part.name), (root or part.name,)
        if part.name in found:
            yield from _between(part, found[part.name], place, touched)
        else:
            renamed = _most_alike(part, added)
            yield SchemaChange(kind="removed", column=place, columns=touched, before=part.native, probable_rename=renamed)
    for part in added:
        yield SchemaChange(kind="added", column=_path(at, part.name), columns=(root or part.name,), after=part.native)
    kept = list(dict.fromkeys(part.name for part in before if part.name in found))
    yield from _reordered(kept, [name for name in found if name in known], at=at, root=root)


def _path(at: str, name: str) -> str:
    return name if not at else f"{at}{name}" if name == ITEM else f"{at}.{name}"


def _between(before: Part, after: Part, place: str, touched: tuple[str, ...]) -> Iterator[SchemaChange]:
    if not same_type(before, after):
        kind = _kind_of(before, after)
        yield SchemaChange(kind=kind, column=place, columns=touched, before=before.native, after=after.native)
    elif before.parts != after.parts:
        yield from _among(before.parts, after.parts, at=place, root=touched[0])
    if before.nullable != after.nullable:
        yield SchemaChange(kind="nullable" if after.nullable else "required", column=place, columns=touched)
    yield from _values(before, after, place, touched)
    if before.meaning != after.meaning:
        meant = tuple(dict.fromkeys((*touched, *before.meant, *after.meant)))
        then, now = _only_in(before.meaning, after.meaning), _only_in(after.meaning, before.meaning)
        first = not {topic for topic, _ in (*then, *now)} & {topic for topic, _ in before.meaning}
        told = [_in_words(part) for part in (then, now)]
        yield SchemaChange(kind="semantic", column=place, columns=meant, before=told[0], after=told[1], first_told=first)


def _kind_of(before: Part, after: Part) -> ChangeClass:
    return "widened" if fits(before, after) else "narrowed" if fits(after, before) else "retyped"


def _values(before: Part, after: Part, place: str, touched: tuple[str, ...]) -> Iterator[SchemaChange]:
    more, fewer = _beyond(after.values, before.values), _beyond(before.values, after.values)
    if more:
        yield SchemaChange(kind="values_added", column=place, columns=touched, after=more)
    if fewer:
        yield SchemaChange(kind="values_removed", column=place, columns=touched, before=fewer)


def _beyond(these: Collection[str | int] | None, those: Collection[str | int] | None) -> str:
    """What these hold beside those, in words; "" when it is nothing. None holds anything."""
    if those is None:
        return ""
    return "any other" if these is None else ", ".join(str(value) for value in these if value not in those)


def _only_in(meaning: Sequence[tuple[str, str]], other: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [each for each in meaning if each not in other]


def _in_words(meaning: Sequence[tuple[str, str]]) -> str:
    """The first few of it."""
    told = [f"{topic} {text}" for topic, text in meaning]
    more = [f"… ({len(told) - MEANINGS_SHOWN_MAX} more)"] if len(told) > MEANINGS_SHOWN_MAX else []
    return ", ".join([*told[:MEANINGS_SHOWN_MAX], *more]) or "nothing"


def _most_alike(part: Part, added: Collection[Part]) -> str | None:
    by_lowered = {other.name.lower(): other.name for other in added if other.type in {part.type, None}}
    close = difflib.get_close_matches(part.name.lower(), sorted(by_lowered), n=1, cutoff=RENAME_SIMILARITY_MIN)
    return by_lowered[close[0]] if close else None


def _reordered(before: Sequence[str], after: Sequence[str], *, at: str, root: str | None) -> Iterator[SchemaChange]:
    moved = tuple(wanted for wanted, found in zip(before, after, strict=True) if wanted != found)
    if moved:
        touched = moved if root is None else (root,)
        yield SchemaChange(kind="reordered", column=at, columns=touched, before=listed(before), after=listed(after))


def _rekeyed(before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[SchemaChange]:
    if before != after:
        touched = tuple(dict.fromkeys((*before, *after)))
        then, now = (", ".join(key) or "nothing" for key in (before, after))
        yield SchemaChange(kind="key", column="", columns=touched, before=then, after=now, first_told=not before)


def listed(names: Sequence[str]) -> str:
    """Names with commas, the first few of them."""
    more = len(names) - NAMES_SHOWN_MAX
    return ", ".join([*names[:NAMES_SHOWN_MAX], *([f"… ({more} more)"] if more > 0 else [])])

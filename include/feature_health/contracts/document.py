"""A YAML file as plain values, with the line of each. Knows nothing of contracts.

Stricter than YAML on purpose: keys are always text and given once, there is one document, no anchors, aliases or tags, and plain
words mean what an analyst thinks they mean: `on`, `NO`, `2026-03-04` and `007` are text, and `01:30` is not the number 90.
"""

import math
import pathlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from feature_health.contracts.faults import Fault, Path, Plain, nearest, shown, where

BYTES_MAX = 256 * 1024
DEPTH_MAX = 16
NAMES_LISTED_MAX = 100

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_WORDS: Mapping[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}
# The parser in C is ten times as fast; both make the same events.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The values of one file (`tree`: None when it could not be read) and the line on which each path begins."""

    file: str
    tree: Plain = None
    lines: Mapping[Path, int] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()

    def line(self, path: Path) -> int:
        """The line of the path, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def fault(self, path: Path, *, message: str = "", found: object = ..., meant: str | None = None) -> Fault:
        """A fault at the path; `found` is shown unless it is left out."""
        what = None if found is ... else shown(found)
        return Fault(file=self.file, line=self.line(path), where=where(path), found=what, message=message, nearest=meant)

    def unknown(self, path: Path, name: object, valid: Collection[str], *, what: str) -> Fault:
        """A fault at the path: `name` is none of the valid names; the nearest one is offered, or else all are listed."""
        meant = nearest(name, valid)
        return self.fault(path, found=name, meant=meant, message="" if meant else f"expected {what}{_listed(valid)}")


def _listed(names: Collection[str]) -> str:
    """The names after a colon, unless they are too many to read."""
    return f": {', '.join(sorted(names)) or 'there are none'}" if len(names) <= NAMES_LISTED_MAX else ""


def read(path: pathlib.Path) -> Document:
    """The document in the file; whatever hinders reading it is a fault in the answer, never an exception."""
    file = str(path)
    try:
        with path.open("rb") as opened:
            content = opened.read(BYTES_MAX + 1)
    except OSError as error:
        return _unread(file, 0, f"cannot be read ({error.strerror or type(error).__name__}); check the path and its permissions")
    return parse(content, file=file)


def parse(content: bytes, *, file: str) -> Document:
    """The document in the bytes, as `read`."""
    if len(content) > BYTES_MAX:
        return _unread(file, 0, f"is larger than {BYTES_MAX // 1024} KiB, which no contract needs")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return _unread(file, line, f"byte 0x{content[error.start]:02x} is not UTF-8; save the file as UTF-8")
    return _Builder(file=file, text=text).document()


def _unread(file: str, line: int, message: str) -> Document:
    return Document(file=file, faults=(Fault(file=file, line=line, where="", message=message),))


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0


class _Refused(Exception):
    """A construct that we do not take at all; carries the fault."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


class _Builder:
    """Makes the tree from the parser's events, one document per instance."""

    def __init__(self, *, file: str, text: str) -> None:
        self.file, self.text = file, text
        self.lines: dict[Path, int] = {}
        self.faults: list[Fault] = []

    def document(self) -> Document:
        tree = None
        try:
            tree = self._only_document()
        except _Refused as refused:
            self.faults.append(refused.fault)
        except yaml.YAMLError as error:
            self.faults.append(self._syntax(error))
        return Document(file=self.file, tree=tree, lines=self.lines, faults=tuple(self.faults))

    def _only_document(self) -> Plain:
        events = yaml.parse(self.text, Loader=_Loader)
        tree, documents = None, 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _Refused(self._fault(event, (), "a second document begins here; a contract is one document"))
                tree = self._value(next(events), events, ())
        if tree is None:
            raise _Refused(Fault(file=self.file, line=1, where="", message="the file is empty; start with `job: <name>`"))
        return tree

    def _value(self, event: yaml.Event, events: Iterator[yaml.Event], path: Path) -> Plain:
        self._admit(event, path)
        self.lines.setdefault(path, _line(event))
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, path)
        return self._mapping(events, path) if isinstance(event, yaml.MappingStartEvent) else self._sequence(events, path)

    def _mapping(self, events: Iterator[yaml.Event], path: Path) -> dict[str, Plain]:
        made: dict[str, Plain] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            self._admit(event, path)
            if not isinstance(event, yaml.ScalarEvent):
                raise _Refused(self._fault(event, path, "a key must be a plain word"))
            key, inner = event.value, (*path, event.value)
            if key in made:
                first = self.lines[inner]
                self.faults.append(self._fault(event, inner, f"given twice (first on line {first}); keep one of them"))
                inner = (*path, event.value, "(again)")
            self.lines.setdefault(inner, _line(event))
            made.setdefault(key, self._value(next(events), events, inner))
        return made

    def _sequence(self, events: Iterator[yaml.Event], path: Path) -> list[Plain]:
        made: list[Plain] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            made.append(self._value(event, events, (*path, len(made))))
        return made

    def _scalar(self, event: yaml.ScalarEvent, path: Path) -> Plain:
        text: str = event.value
        if event.style not in {None, ""}:
            return text
        if text.lower() in _WORDS:
            return _WORDS[text.lower()]
        if not (_INTEGER.fullmatch(text) or _FLOAT.fullmatch(text)):
            return text
        try:
            number = int(text) if _INTEGER.fullmatch(text) else float(text)
        except ValueError:
            number = math.inf
        if not abs(number) < 1e300:
            self.faults.append(self._fault(event, path, "the number is too large", found=text))
        return number

    def _admit(self, event: yaml.Event, path: Path) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise _Refused(
                self._fault(event, path, "anchors (&) and aliases (*) are not taken in contracts; write the value out")
            )
        if getattr(event, "tag", None) is not None:
            raise _Refused(self._fault(event, path, "tags (!) are not taken in contracts; quote the text if it begins with '!'"))
        if len(path) > DEPTH_MAX:
            raise _Refused(self._fault(event, path[:2], f"nested deeper than {DEPTH_MAX} levels, which no contract needs"))

    def _fault(self, event: yaml.Event, path: Path, message: str, found: object = ...) -> Fault:
        what = None if found is ... else shown(found)
        return Fault(file=self.file, line=_line(event), where=where(path), found=what, message=message)

    def _syntax(self, error: yaml.YAMLError) -> Fault:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        position = getattr(error, "position", None)
        line = mark.line + 1 if mark else self.text.count("\n", 0, position) + 1 if isinstance(position, int) else 0
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be parsed"
        return Fault(file=self.file, line=line, where="", message=f"not valid YAML: {problem}")

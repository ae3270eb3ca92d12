"""What is wrong with a text delivery that cannot be read, told with its line and without its contents. Opens no engine."""

import codecs
import csv
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from feature_health.engines.duckdb.readable import kind_by_signature

_CHUNK_BYTES = 1 << 20
_BOMS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


class Unreadable(Exception):
    """A delivery cannot be read; the message completes "Tried to read x.csv, but …". Never leaves the engine."""


def refuse_binary(path: Path) -> None:
    """Raises Unreadable unless the file holds UTF-8 text, of which there is some, and no NUL."""
    with path.open("rb") as file:
        head = file.read(4)
        if not head:
            raise Unreadable("it has no bytes at all. Deliver it again.")
        if kind := kind_by_signature(head):
            raise Unreadable(f"it is {kind}. Deliver it as its name says, uncompressed.")
        for bom, encoding in _BOMS:
            if head.startswith(bom):
                raise Unreadable(f"it is encoded in {encoding}. Deliver it in UTF-8.")
        file.seek(0)
        _refuse_other_encodings(iter(lambda: file.read(_CHUNK_BYTES), b""))


def _refuse_other_encodings(chunks: Iterable[bytes]) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    line, blank = 1, True
    for chunk in chunks:
        try:
            decoded = decoder.decode(chunk)
        except UnicodeDecodeError as error:
            line += chunk[: error.start].count(b"\n")
            raise Unreadable(f"line {line:,} is not UTF-8; it may be Latin-1 or Windows-1252. Deliver it in UTF-8.") from error
        if b"\0" in chunk:
            line += chunk[: chunk.index(b"\0")].count(b"\n")
            raise Unreadable(f"line {line:,} holds a NUL byte, so it is not text. Deliver it again.")
        line += chunk.count(b"\n")
        blank = blank and not decoded.strip("\ufeff \t\r\n")
    if blank:
        raise Unreadable("it holds nothing but blanks. Deliver it again.")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise Unreadable(f"it ends in the middle of a character, in line {line:,}: it was cut off. Deliver it again.") from error


def refuse_byte_order_mark(path: Path) -> None:
    """Raises Unreadable when the file begins with one: JSON allows none, unlike what spreadsheets write as CSV."""
    with path.open("rb") as file:
        if file.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8:
            raise Unreadable("it begins with a byte order mark, which JSON does not allow. Deliver it without one.")


def csv_header(path: Path) -> Sequence[str]:
    """The columns' names, after every line was seen to have as many fields as there are; raises Unreadable."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.reader(file, strict=True)
        names: Sequence[str] = ()
        try:
            names = next(lines, [])
            refuse_names(names)
            for fields in lines:
                if fields and len(fields) != len(names):
                    raise Unreadable(
                        f"line {lines.line_num:,} has {len(fields)} fields where the header has {len(names)}: "
                        "its columns are shifted. Have the delivery written again, with quotes around values that hold commas."
                    )
        except csv.Error as error:
            raise Unreadable(f"line {lines.line_num:,} is no CSV ({error}). Have the delivery written again.") from error
    return names


def refuse_names(names: Sequence[str]) -> None:
    """Raises Unreadable unless each column has a name of its own, not only by its capitals."""
    if not names:
        raise Unreadable("it names no columns. Deliver it with a header, or with one JSON object per line.")
    for position, name in enumerate(names, start=1):
        if not name.strip():
            raise Unreadable(
                f"column {position} of {len(names)} has no name (a row number written by mistake?). Name or drop it."
            )
    twice = sorted(name for name, count in Counter(name.lower() for name in names).items() if count > 1)
    if twice:
        raise Unreadable(f"the column {twice[0]!r} is there more than once, capitals aside. Rename one of them.")


def why_not_json(path: Path) -> str | None:
    """The first line that is not one JSON object; None when each is."""
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                found = json.loads(line)
            except ValueError:
                return f"line {number:,} is no JSON. Deliver one JSON object per line; the last one may have been cut off."
            if not isinstance(found, dict):
                return f"line {number:,} is no JSON object. Deliver one JSON object per line, not a list of them."
    return None

"""The append-only record: every write adds an entry that carries the hash of the one before it, so a changed past shows."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from feature_health.ledger.columns import as_text, keepable
from feature_health.ledger.tables import entries

GENESIS = "0" * 64


def canonical_json(value: object) -> str:
    """One text for one value: sorted keys, no spaces, ASCII, instants in UTC. NaN is refused: it is no JSON."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False, default=_plain)


Head = tuple[int, str]
"""Number and hash of the newest entry."""


def append(connection: Connection, after: Head, *, at: datetime, kind: str, subject: str, body: Mapping[str, Any]) -> Head:
    """Add an entry after the newest one; the caller holds the write lock, so numbers have no gaps."""
    seq, prev = after[0] + 1, after[1]
    entry = {"seq": seq, "at": as_text(at), "kind": kind, "subject": keepable(subject), "body": canonical_json(body)}
    hashed = _hash(prev, entry)
    connection.execute(insert(entries), {**entry, "prev": prev, "hash": hashed})
    return seq, hashed


def first_broken(connection: Connection) -> int | None:
    """The number of the first entry that is changed, missing or out of its place; None when the chain is whole.

    Entries cut off at the end leave a whole chain: hold `head` against a copy that is kept elsewhere.
    """
    expected, prev = 1, GENESIS
    query = select(entries).order_by(entries.c.seq).execution_options(yield_per=1000)
    for row in connection.execute(query):
        entry = {"seq": row.seq, "at": row.at, "kind": row.kind, "subject": row.subject, "body": row.body}
        if row.seq != expected or row.prev != prev or row.hash != _hash(prev, entry):
            return expected
        expected, prev = expected + 1, row.hash
    return None


def head(connection: Connection) -> Head:
    """The newest entry; 0 and zeros when there is none."""
    last = connection.execute(select(entries.c.seq, entries.c.hash).order_by(entries.c.seq.desc()).limit(1)).first()
    return (last.seq, last.hash) if last else (0, GENESIS)


def _hash(prev: str, entry: Mapping[str, Any]) -> str:
    return hashlib.sha256((prev + canonical_json(entry)).encode()).hexdigest()


def _plain(value: object) -> str | list[object]:
    if isinstance(value, datetime):
        return as_text(value)
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no canonical JSON")

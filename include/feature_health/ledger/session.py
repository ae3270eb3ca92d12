"""What the questions and writes of every subject stand on: a connection to ask, and the entry that each write leaves.

A question opens its own read transaction, or, inside a write transaction, uses that one and so sees its writes.
"""

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

from sqlalchemy import Connection

from feature_health.ledger.chain import append, head


class Reading(ABC):
    """A source of connections to read from."""

    @abstractmethod
    def _reading(self) -> AbstractContextManager[Connection]:
        """A connection that sees one state of the ledger."""


class Writing(Reading):
    """One write transaction that somebody else began and will end."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._head = head(connection)

    def _reading(self) -> AbstractContextManager[Connection]:
        """The write transaction's own connection, which stays open."""
        return nullcontext(self._connection)

    def _record(self, kind: str, subject: object, at: datetime, /, **body: object) -> None:
        """Add the entry of one write."""
        self._head = append(self._connection, self._head, at=at, kind=kind, subject=str(subject), body=body)

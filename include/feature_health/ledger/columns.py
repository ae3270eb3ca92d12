"""Column types that mean the same on SQLite and PostgreSQL. Knows no table."""

from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect, String, Text
from sqlalchemy.types import TypeDecorator

INSTANT = String(32).with_variant(DateTime(timezone=True), "postgresql")


def as_text(at: datetime) -> str:
    """The instant in UTC with six digits of a second, so that texts sort as instants; raises ValueError without a time zone."""
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no time zone; the ledger keeps instants. Pass an aware datetime.")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def keepable(words: str) -> str:
    """The text with what no database keeps (NUL, lone surrogates) replaced; file names and errors can hold both."""
    return words.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


class Instant(TypeDecorator[datetime]):
    """An aware instant, read back in UTC: text on SQLite, which has no type for it, and `timestamptz` on PostgreSQL."""

    impl = INSTANT
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | datetime | None:
        """What the driver is given."""
        if value is None:
            return None
        return datetime.fromisoformat(as_text(value)) if dialect.name == "postgresql" else as_text(value)

    def process_result_value(self, value: str | datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """An aware datetime in UTC."""
        if value is None:
            return None
        return (value if isinstance(value, datetime) else datetime.fromisoformat(value)).astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text of any origin, made `keepable`."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """What the driver is given."""
        return None if value is None else keepable(value)

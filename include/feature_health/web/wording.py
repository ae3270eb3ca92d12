"""Times and numbers as people read them. Pure: now is handed in."""

from datetime import UTC, datetime, timedelta


def instant(at: datetime) -> str:
    """The minute in UTC, such as "2026-03-09 06:31 UTC"."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def ago(at: datetime, now: datetime) -> str:
    """How long ago, in the largest unit that says something: "just now", "4 min ago", "3 h ago", "12 days ago"."""
    since = now - at
    if since < timedelta(minutes=1):
        return "just now"
    if since < timedelta(hours=2):
        return f"{since // timedelta(minutes=1)} min ago"
    if since < timedelta(days=2):
        return f"{since // timedelta(hours=1)} h ago"
    return f"{since.days} days ago"


def count(number: int, one: str, many: str | None = None) -> str:
    """The number with its noun: "1 partition", "1,204 partitions"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"

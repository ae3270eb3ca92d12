"""One continuing fault with one cause, over many partitions and jobs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["data", "late", "platform"]
State = Literal["open", "resolved"]
Level = Literal["S1", "S2", "S3"]
Role = Literal["held", "late", "waits", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One partition that an incident is about, and how: `held`, `late`, `waits` for a held input, or `failed` by our own fault.

    A member stays one; `ended_at` is when its own trouble ended: a held partition was published after all or overtaken by a
    later good one, a late one came, a waiting one was freed by its input, a failed one recovered.
    """

    job: str
    key: str
    revision: int | None
    role: Role
    because: str
    at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """An incident as it stands. `causes` are the checks (or tasks) that make it one fault; sharing one means the same fault.

    `id` is 0 until the ledger has given it one.
    """

    id: int
    kind: Kind
    job: str
    level: Level
    title: str
    causes: frozenset[str]
    members: tuple[Member, ...]
    state: State
    opened_at: datetime
    updated_at: datetime
    resolved_at: datetime | None = None
    resolution: str | None = None

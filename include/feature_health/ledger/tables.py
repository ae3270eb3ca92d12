"""The ledger's tables. `migrations` makes them; a test holds the two against each other.

`entries` is the record, which is only ever added to; every other table is the present
state, kept so that questions are cheap.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, MetaData, String, Table, Text, UniqueConstraint, text

from feature_health.ledger.columns import Instant, Words

VERSION_TABLE = "feature_health_version"
HEAD = "0002"
"""The migration that this code was written for. Opening compares it without Alembic, whose import costs 0.3 CPU seconds."""

metadata = MetaData()

contracts = Table(
    "contracts",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("job", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

revisions = Table(
    "revisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("job", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("delivery", Text, nullable=False),
    Column("parquet", Text),
    Column("parquet_sha256", String(64)),
    Column("unparsed", Text, nullable=False),
    Column("unreadable", Words),
    Column("contract_digest", ForeignKey("contracts.digest"), nullable=False),
    Column("as_of", Instant, nullable=False),
    Column("run", Words, nullable=False),
    Column("staged_at", Instant, nullable=False),
    UniqueConstraint("job", "key", "number", name="uq_revisions_number"),
    UniqueConstraint("job", "key", "sha256", name="uq_revisions_sha256"),
)

profiles = Table(
    "profiles",
    metadata,
    Column("revision_id", ForeignKey("revisions.id"), primary_key=True),
    Column("run", Words, primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

check_runs = Table(
    "check_runs",
    metadata,
    Column("revision_id", ForeignKey("revisions.id"), primary_key=True),
    Column("run", Words, primary_key=True),
    Column("checks", Text, primary_key=True),
    Column("body", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

verdicts = Table(
    "verdicts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("revision_id", ForeignKey("revisions.id"), nullable=False),
    Column("run", Words, nullable=False),
    Column("contract_digest", ForeignKey("contracts.digest"), nullable=False),
    Column("profile_digest", String(64), nullable=False),
    Column("engine", Text, nullable=False),
    Column("ruling", Text, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("because", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("as_of", Instant, nullable=False),
    Column("decided_at", Instant, nullable=False),
    UniqueConstraint("revision_id", "run", name="uq_verdicts_run"),
)

failing_rows = Table(
    "failing_rows",
    metadata,
    Column("revision_id", ForeignKey("revisions.id"), primary_key=True),
    Column("run", Words, primary_key=True),
    Column("path", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("counts", Text, nullable=False),
    Column("untold", Words, nullable=False),
    Column("at", Instant, nullable=False),
)

holds = Table(
    "holds",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("revision_id", ForeignKey("revisions.id"), nullable=False),
    Column("since", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("ended_because", Text),
)
# At most one open hold per revision, and one readable revision per partition: held by the database, whatever the code believes.
Index(
    "uq_holds_open",
    holds.c.revision_id,
    unique=True,
    sqlite_where=text("ended_at IS NULL"),
    postgresql_where=text("ended_at IS NULL"),
)

publications = Table(
    "publications",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("revision_id", ForeignKey("revisions.id"), nullable=False),
    Column("job", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("valid_from", Instant, nullable=False),
    Column("valid_to", Instant),
    Column("released_by", Words),
    Column("diverted", BigInteger, nullable=False, server_default="0"),
)
Index(
    "uq_publications_readable",
    publications.c.job,
    publications.c.key,
    unique=True,
    sqlite_where=text("valid_to IS NULL"),
    postgresql_where=text("valid_to IS NULL"),
)
Index("ix_publications_partition", publications.c.job, publications.c.key, publications.c.valid_from)

incidents = Table(
    "incidents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("job", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("title", Words, nullable=False),
    Column("state", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("resolved_at", Instant),
    Column("resolution", Words),
)
Index("ix_incidents_state", incidents.c.state, incidents.c.job)

incident_members = Table(
    "incident_members",
    metadata,
    Column("incident_id", ForeignKey("incidents.id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("job", Words, nullable=False),
    Column("key", Words, nullable=False),
    Column("revision", Integer),
    Column("role", Text, nullable=False),
    Column("because", Words, nullable=False),
    Column("at", Instant, nullable=False),
    Column("ended_at", Instant),
)

incident_causes = Table(
    "incident_causes",
    metadata,
    Column("incident_id", ForeignKey("incidents.id"), primary_key=True),
    Column("cause", Words, primary_key=True),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("incident_id", ForeignKey("incidents.id"), nullable=False),
    Column("at", Instant, nullable=False),
)
Index("ix_outbox_incident", outbox.c.incident_id, outbox.c.id)

claims = Table(
    "claims",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("incident_id", ForeignKey("incidents.id"), nullable=False),
    Column("notifier", Text, nullable=False),
    Column("upto", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("because", Words),
)
Index("ix_claims_incident", claims.c.incident_id, claims.c.notifier)

receipts = Table(
    "receipts",
    metadata,
    Column("incident_id", ForeignKey("incidents.id"), primary_key=True),
    Column("notifier", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("upto", Integer, nullable=False),
    Column("at", Instant, nullable=False),
)

release_requests = Table(
    "release_requests",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("revision_id", ForeignKey("revisions.id"), nullable=False),
    Column("asked_by", Words, nullable=False),
    Column("asked_because", Words, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("state", Text, nullable=False),
    Column("decided_by", Words),
    Column("decided_because", Words),
    Column("decided_at", Instant),
)

heartbeats = Table(
    "heartbeats",
    metadata,
    Column("name", Text, primary_key=True),
    Column("at", Instant, nullable=False),
)

entries = Table(
    "entries",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("prev", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

"""Where the failing rows of a verdict lie: names, digests and counts. The rows themselves never come here."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select

from feature_health.ledger.chain import canonical_json
from feature_health.ledger.judgements import JudgementQueries
from feature_health.ledger.revisions import row_of
from feature_health.ledger.session import Writing
from feature_health.ledger.tables import failing_rows, revisions
from feature_health.profiles.partition import RevisionId
from feature_health.records import FailingRows, RowsTold, Staged


class FailingRowQueries(JudgementQueries):
    """Questions about failing rows."""

    def failing_rows(self, id: RevisionId) -> FailingRows | None:
        """Those of the newest verdict on the revision; None when it has none, or when they were not written (yet)."""
        judgement = self.judgement(id)
        return self._of_run(id, judgement.run) if judgement else None

    def _of_run(self, id: RevisionId, run: str) -> FailingRows | None:
        here = (revisions.c.job == id.job, revisions.c.key == id.key, revisions.c.number == id.number)
        with self._reading() as connection:
            row = connection.execute(select(failing_rows).join(revisions).where(*here, failing_rows.c.run == run)).first()
        return _failing_rows(id, row) if row else None


class FailingRowWrites(FailingRowQueries, Writing):
    """Keeping where they lie."""

    def save_failing_rows(self, id: RevisionId, *, run: str, file: Staged, told: RowsTold, at: datetime) -> FailingRows:
        """Keep where the failing rows of that run's verdict lie; the first that were kept stand."""
        if self._of_run(id, run) is None:
            facts = {
                "run": run,
                "path": file.path,
                "sha256": file.sha256,
                "rows": told.rows,
                "counts": canonical_json(dict(told.counts)),
                "untold": canonical_json(dict(told.untold)),
            }
            revision = row_of(self._connection, id).id
            self._connection.execute(insert(failing_rows), {**facts, "revision_id": revision, "at": at})
            self._record("rows_told", id, at, **facts)
        kept = self._of_run(id, run)
        assert kept is not None  # noqa: S101 - written above
        return kept


def _failing_rows(id: RevisionId, row: Row[Any]) -> FailingRows:
    return FailingRows(
        revision=id,
        run=row.run,
        path=row.path,
        sha256=row.sha256,
        rows=row.rows,
        counts=json.loads(row.counts),
        untold=json.loads(row.untold),
        at=row.at,
    )

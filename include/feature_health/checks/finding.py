"""What one check says, and the record of a whole group of checks having run."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Self

from feature_health.contracts.severity import Severity

Kind = Literal["violation", "unable", "note"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a check has to say of a candidate.

    `check` names the check and stays equal from day to day for one and the same fault (`schema.removed:fico_low`,
    `expect_column_values_to_be_in_set:bureau`): incidents group by it. `because` is one sentence for people, without customer
    data. `evidence` holds numbers and references, never rows. `failures` are the lending failures that the check is for.
    """

    check: str
    kind: Kind
    severity: Severity
    because: str
    column: str | None = None
    failures: tuple[str, ...] = ()
    evidence: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """The finding that `asdict` and JSON made a record of."""
        return cls(**{**record, "severity": Severity(record["severity"]), "failures": tuple(record["failures"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectationResult:
    """What one expectation of the contract came to; `success` is None when it could not run. `engine` is who measured it."""

    type: str
    kwargs: Mapping[str, Any]
    success: bool | None
    observed: Any
    severity: Severity
    engine: str = ""

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """The result that `asdict` and JSON made a record of."""
        return cls(**{**record, "severity": Severity(record["severity"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRun:
    """One group of checks that ran: on which contract and profile, which checks, and what they found.

    The digests are why a stale result cannot pass for a fresh one. `history` names the accepted revisions that it looked back at,
    oldest first, and `history_digest` what was seen of them, so that the judgement can be made again from the ledger.
    """

    group: str
    contract_digest: str
    profile_digest: str
    ran: tuple[str, ...]
    findings: tuple[Finding, ...]
    results: tuple[ExpectationResult, ...] = ()
    history: tuple[str, ...] = ()
    history_digest: str | None = None

    def to_json(self) -> str:
        """Canonical JSON; `from_json` reads it back equal."""
        return json.dumps(asdict(self), sort_keys=True, default=str)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The run that `to_json` wrote."""
        record = json.loads(text)
        return cls(
            **{
                **record,
                "ran": tuple(record["ran"]),
                "findings": tuple(Finding.from_record(finding) for finding in record["findings"]),
                "results": tuple(ExpectationResult.from_record(result) for result in record["results"]),
                "history": tuple(record["history"]),
            }
        )

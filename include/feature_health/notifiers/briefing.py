"""What a notifier needs to know beyond the incident: its channel, its runbook, and what decisioning reads meanwhile.

Asks contracts and ledger; must not know any channel's own form of a message.
"""

from feature_health.contracts.contract import Contract
from feature_health.errors import CallerError
from feature_health.incidents.grouping import lasting
from feature_health.incidents.incident import Incident, Member
from feature_health.incidents.message import KEYS_MAX, Message, compose
from feature_health.ports import Contracts, LedgerReader
from feature_health.profiles.partition import PartitionId
from feature_health.verdicts.explain import listed


class Briefing:
    """Makes messages. `base_url` is Airflow's as people reach it; `channel` is for jobs whose contract names none."""

    def __init__(self, *, contracts: Contracts, ledger: LedgerReader, base_url: str, channel: str) -> None:
        self._contracts = contracts
        self._ledger = ledger
        self._base_url = base_url.rstrip("/")
        self._channel = channel

    @property
    def base_url(self) -> str:
        """Airflow's address, which also tells our messages from those of another installation in the same channel."""
        return self._base_url

    def channel(self, incident: Incident) -> str:
        """Where the incident is told."""
        contract = self._contract(incident.job)
        return (contract.slack_channel if contract else None) or self._channel

    def message(self, incident: Incident) -> Message:
        """The incident's message as things stand now; raises LedgerFailed."""
        contract = self._contract(incident.job)
        return compose(
            incident,
            base_url=self._base_url,
            runbook=contract.runbook if contract else None,
            meanwhile=self._meanwhile(incident),
            waiting=self._waiting(incident),
        )

    def _contract(self, job: str) -> Contract | None:
        """None for a job of ours that has no contract, and for a broken one: an incident is told all the same."""
        try:
            return self._contracts.current(job)
        except CallerError:
            return None

    def _meanwhile(self, incident: Incident) -> str:
        members = lasting(incident, "held", "late")
        return "" if not members else self._readable(members[-1])

    def _readable(self, member: Member) -> str:
        partition = PartitionId(job=member.job, key=member.key)
        own = self._ledger.published(partition)
        if own is not None:
            return f"decisioning keeps reading revision {own.revision.number} of {own.revision.key}"
        before = self._ledger.previous_published(partition)
        if before is None:
            return f"decisioning can read nothing of {member.job} up to {member.key}"
        return (
            f"decisioning can read nothing of {member.key}; "
            f"the newest before it is {before.revision.key} (revision {before.revision.number})"
        )

    def _waiting(self, incident: Incident) -> str:
        partitions = {PartitionId(job=one.job, key=one.key) for one in incident.members}
        held = sorted({one.revision for one in self._ledger.held() if one.revision.partition in partitions})
        return listed([f"{one.key} (revision {one.number})" for one in held], KEYS_MAX)

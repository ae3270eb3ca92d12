"""The adapters of each port, as fixtures that run a suite once for each."""

from tests.conformance.ledgers import ledger, ledger_url

__all__ = ["ledger", "ledger_url"]

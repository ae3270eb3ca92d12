"""Ledgers on both databases, made as the conformance suite makes them."""

from tests.conformance.ledgers import ledger, ledger_url

__all__ = ["ledger", "ledger_url"]

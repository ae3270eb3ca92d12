"""How the self-test shows that it ran and all was well; whoever only looks for that loads nothing else."""

from datetime import timedelta

HEARTBEAT = "gate_self_test"
HEARTBEAT_AGE_MAX = timedelta(days=2)
"""Older than this, nobody knows whether the gate holds: the self-test runs every day."""

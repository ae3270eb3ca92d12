"""The ledger's tables, version by version. A change adds `versions/revision_NNNN.py` and sets `tables.HEAD`."""

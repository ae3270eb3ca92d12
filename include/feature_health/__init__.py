"""Feature health: judges each partition of a feature job before decisioning may read it."""

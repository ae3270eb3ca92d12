"""Where partitions' files lie, one store per file. Must not know what decisioning may read: that is the ledger's publications."""

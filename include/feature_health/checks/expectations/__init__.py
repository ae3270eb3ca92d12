"""Expectation types, one file each; `catalog` lists them. Knows nothing of how measures are taken."""

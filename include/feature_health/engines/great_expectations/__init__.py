"""Great Expectations beside our own engine: its suites, its results, and what only it can judge. Imported when asked for."""

"""The lender: its feature jobs, calendars and demonstration, built on feature_health."""

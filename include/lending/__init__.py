"""The lender: its jobs, calendars and a small world to try them in. Knows nothing of Airflow and nothing of the platform that
gates it.
"""

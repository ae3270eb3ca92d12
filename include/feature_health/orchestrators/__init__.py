"""Starting runs in whatever schedules the jobs: one file per scheduler. Speaks HTTP; must not import Airflow."""

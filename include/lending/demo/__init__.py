"""The demo: a small lender's days (or real loans) played through a real Airflow. Talks to Airflow over HTTP alone."""

"""Render airflow.cfg.template for the image. What differs between services is set in compose.yaml and wins over this file."""

from pathlib import Path
from string import Template

PROJECT = "/opt/feature-health"
AIRFLOW_HOME = "/opt/airflow"
HEALTH_HOME = "/srv/feature-health"

template = Template(Path(PROJECT, "airflow.cfg.template").read_text())
values = {"PROJECT": PROJECT, "AIRFLOW_HOME": AIRFLOW_HOME, "HEALTH_HOME": HEALTH_HOME, "PORT": "8080"}
Path(AIRFLOW_HOME, "airflow.cfg").write_text(template.substitute(values))

"""Render airflow.cfg.template for the image. What differs between services is set in compose.yaml and wins over this file."""

from pathlib import Path
from string import Template

PROJECT = "/opt/feature-health"
HOME = "/opt/airflow"

template = Template(Path(PROJECT, "airflow.cfg.template").read_text())
Path(HOME, "airflow.cfg").write_text(template.substitute(AIRFLOW_HOME=HOME, PROJECT=PROJECT, PORT="8080"))

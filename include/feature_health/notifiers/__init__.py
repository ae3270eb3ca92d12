"""Telling people of incidents, one channel per file. A message is made of the incident as it stands when it is told."""

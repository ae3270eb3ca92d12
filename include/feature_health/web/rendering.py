"""Templates and the files that they refer to. Everything that a template prints is escaped."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_HERE = Path(__file__).parent
_TYPES: Mapping[str, str] = {"feature_health.css": "text/css", "in_airflow.js": "text/javascript"}


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticFile:
    """One of our own files. `version` changes with its content, so that a browser may keep it."""

    content: bytes
    media_type: str
    version: str


@cache
def static_files() -> Mapping[str, StaticFile]:
    """All of them by name; there is no other way to a file, so no name leads outside."""
    return {name: _static_file(name, media_type) for name, media_type in _TYPES.items()}


def _static_file(name: str, media_type: str) -> StaticFile:
    content = (_HERE / "static" / name).read_bytes()
    return StaticFile(content=content, media_type=media_type, version=hashlib.sha256(content).hexdigest()[:12])


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,  # a name that a template has wrong fails a test instead of printing nothing
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["versions"] = {name: file.version for name, file in static_files().items()}
    return environment


def render(template: str, **values: object) -> str:
    """The template as HTML, with every value escaped."""
    return _environment().get_template(template).render(**values)

"""Where the lender's deliveries come from and where its jobs write candidates, read from the environment.

Knows nothing of what is in the deliveries. Landing and candidates may be local folders or URLs that universal_pathlib opens (s3://...).
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, Self, cast, get_args

from upath import UPath

from lending.errors import SettingsError

Source = Literal["simulated", "lendingclub"]

LANDING: Final = "LENDING__LANDING"
CANDIDATES: Final = "LENDING__CANDIDATES"
SOURCE: Final = "LENDING__SOURCE"
SQL: Final = "LENDING__SQL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`landing`: root of the vendors' deliveries. `candidates`: root under which `<job>/<key>.parquet` is written. `source`:
    whose fields. `sql`: a folder whose `<source>/<job>.sql` is run instead of the installed one, where it has that file: another
    version of a job, tried on the same data.
    """

    landing: UPath
    candidates: UPath
    source: Source = "simulated"
    sql: Path | None = None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Self:
        """The settings that the environment names; raises SettingsError with all of its faults."""
        env = os.environ if environ is None else environ
        source = env.get(SOURCE, "").strip() or "simulated"
        faults = [
            *_folder_faults(env, LANDING, "the folder or URL of vendor deliveries"),
            *_folder_faults(env, CANDIDATES, "the folder or URL that jobs write candidates to"),
            *_source_faults(source),
            *_sql_faults(sql := env.get(SQL, "").strip()),
        ]
        if faults:
            raise SettingsError("The lender's settings cannot be used:\n" + "\n".join(f"  - {fault}" for fault in faults))
        return cls(
            landing=UPath(env[LANDING].strip()),
            candidates=UPath(env[CANDIDATES].strip()),
            source=cast("Source", source),
            sql=Path(sql) if sql else None,
        )


def _folder_faults(env: Mapping[str, str], name: str, meaning: str) -> list[str]:
    if not (value := env.get(name, "").strip()):
        return [f"{name} is not set; set it to {meaning}, for example {name}=/var/lib/lender/{name.rsplit('_', 1)[1].lower()}"]
    folder = UPath(value)
    if folder.protocol in ("", "file") and not folder.is_absolute():
        return [
            f"{name} is {value!r}, a relative path, which each process would read differently; give {meaning} as an absolute path"
        ]
    return []


def _source_faults(source: str) -> list[str]:
    known = get_args(Source)
    return [] if source in known else [f"{SOURCE} is {source!r}; it must be one of {', '.join(known)}"]


def _sql_faults(folder: str) -> list[str]:
    if not folder or (Path(folder).is_absolute() and Path(folder).is_dir()):
        return []
    return [f"{SQL} is {folder!r}, which is no folder by its absolute path; give one that holds <source>/<job>.sql, or unset it"]

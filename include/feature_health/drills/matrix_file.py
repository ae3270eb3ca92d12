"""A matrix as a JSON document, and back as far as it is read again."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from feature_health.contracts.severity import Ruling
from feature_health.drills.cell import Cell, Objection
from feature_health.drills.check_cards import CheckCard
from feature_health.drills.matrix import Matrix
from feature_health.drills.result import Fired, Judged
from feature_health.drills.summary import CleanNight
from feature_health.errors import CallerError

NAME = Path("drills") / "matrix.json"
"""Where the newest matrix lies in a home."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is read again of a matrix."""

    cells: tuple[Cell, ...]
    clean: tuple[CleanNight, ...]
    checks: tuple[CheckCard, ...]


def as_record(matrix: Matrix) -> dict[str, Any]:
    """The whole matrix with JSON's own types: `summary` and `cells` first, then `clean`, `checks` and how it was made."""
    cells = [{**asdict(cell), "day": cell.day.isoformat()} for cell in matrix.cells]
    return {
        "summary": asdict(matrix.summary),
        "cells": cells,
        "clean": [_night(night) for night in matrix.clean],
        "checks": [asdict(card) for card in matrix.checks],
        "seed": matrix.seed,
        "warm_days": matrix.warm_days,
        "seconds": matrix.seconds,
    }


def write(matrix: Matrix, file: Path) -> None:
    """Write the matrix; the folder is made. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(as_record(matrix), indent=1) + "\n", encoding="utf-8")


def read(file: Path) -> Kept:
    """What `write` wrote; raises CallerError when there is no such file, or it holds no matrix."""
    again = "Make one with `feature-health drill matrix`"
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
        return Kept(
            cells=tuple(_cell(cell) for cell in record["cells"]),
            clean=tuple(_clean(night) for night in record["clean"]),
            checks=tuple(CheckCard(**{**card, "failures": tuple(card["failures"])}) for card in record["checks"]),
        )
    except FileNotFoundError as error:
        raise CallerError(f"Reading {file}: no matrix has been run here yet. {again}, or name its file with --from.") from error
    except OSError as error:
        raise CallerError(f"Reading {file}: {error.strerror}. Look at its place and rights.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CallerError(f"Reading {file}: it is not the JSON of a matrix ({error}). {again} --json.") from error


def _night(night: CleanNight) -> dict[str, Any]:
    """Without names of files that are gone and without sentences."""
    judged = [
        {
            "job": one.job,
            "key": one.key,
            "ruling": one.ruling,
            "waits": one.waits,
            "diverted": one.diverted,
            "rows": one.rows,
            "seconds": round(one.seconds, 3),
            "fired": [asdict(fired) for fired in one.fired],
        }
        for one in night.judged
    ]
    return {"day": night.day.isoformat(), "judged": judged}


def _clean(record: Mapping[str, Any]) -> CleanNight:
    return CleanNight(day=date.fromisoformat(record["day"]), judged=tuple(_judged(one) for one in record["judged"]))


def _judged(record: Mapping[str, Any]) -> Judged:
    ruling = None if record["ruling"] is None else Ruling(record["ruling"])
    fired = tuple(Fired(**{**one, "failures": tuple(one["failures"])}) for one in record["fired"])
    return Judged(**{**record, "ruling": ruling, "fired": fired, "revision": None})


def _cell(record: Mapping[str, Any]) -> Cell:
    known = {field.name for field in fields(Cell)}
    given = {name: value for name, value in record.items() if name in known}
    objections = (Objection(**{**one, "failures": tuple(one["failures"])}) for one in record["objections"])
    return Cell(
        **{
            **given,
            "day": date.fromisoformat(record["day"]),
            "caught_by": tuple(record["caught_by"]),
            "objections": tuple(objections),
            "judged": tuple(map(tuple, record["judged"])),
            "held": tuple(map(tuple, record["held"])),
        }
    )

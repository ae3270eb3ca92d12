"""`feature-health check`: judge a file without Airflow, and write nothing."""

import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from feature_health.cli.options import Json, json_text, moment, print_json, settings_of, write_text
from feature_health.errors import CallerError, KeyRefused

if TYPE_CHECKING:
    from feature_health.contracts.contract import Contract
    from feature_health.steps.check_file import Checked

HELD = 2
STDOUT = "-"


def check(  # noqa: PLR0913, PLR0917 - every option is an argument
    file: Annotated[Path, typer.Argument(help="A .parquet, .csv or JSON-lines file.")],
    job: Annotated[str | None, typer.Option(help="Judge by this job's contract.")] = None,
    contract: Annotated[Path | None, typer.Option(help="Judge by this contract file instead.")] = None,
    partition: Annotated[
        str | None, typer.Option(help="The partition's key, such as 2026-06-02; default: the file's name, if it is one.")
    ] = None,
    home: Annotated[Path | None, typer.Option(help="Ledger and store for checks over other partitions; only read.")] = None,
    as_of: Annotated[
        str | None, typer.Option(help="Judge age as of this ISO time; default: the partition's own deadline.")
    ] = None,
    alone: Annotated[bool, typer.Option("--alone", help="Leave out, and name, the checks over other partitions.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Show every finding, also the many of one kind.")] = False,
    gx_result: Annotated[
        str | None, typer.Option(help="Also write Great Expectations' validation result into this file; - prints it.")
    ] = None,
    json: Json = False,
) -> int:
    """Judge a file as the gate would. Exit 0: may be published. 2: would be held. 1: called wrongly, or we failed.

    [bold]Examples[/bold]

      feature-health check delivery.csv --job bureau_pull --partition 2026-06-02 --alone

      feature-health check delivery.parquet --job bureau_pull --partition 2026-06-02 --home build/demo --json
    """
    began = time.monotonic()
    promised = _contract(job, contract, home)
    key = partition if partition is not None else _key_in_name(file, promised)
    instant = _as_of(as_of, promised, key)
    checked = _check(file, promised, key, instant, home, alone)
    if gx_result is not None:
        _write_gx_result(gx_result, checked, promised, instant, file)
    if gx_result == STDOUT:
        pass
    elif json:
        print_json(_record(checked, promised, key, instant))
    else:
        from feature_health.cli.verdict_text import show

        show(checked, contract=promised, key=key, as_of=instant, took=time.monotonic() - began, everything=everything)
    return 0 if checked.verdict.ruling.may_publish else HELD


def _contract(job: str | None, file: Path | None, home: Path | None) -> "Contract":
    from feature_health.checks.load import FolderContracts, load_file
    from feature_health.settings import Settings

    if (job is None) == (file is None):
        raise CallerError("Say by which contract to judge: either --job JOB or --contract PATH.")
    if file is not None:
        return load_file(file)
    folder = settings_of(home).contracts if home else Settings.of({}).contracts
    return FolderContracts(folder).current(job or "")


def _key_in_name(file: Path, contract: "Contract") -> str | None:
    """The key that the file is named after, if it is: the gate's own candidates are."""
    stem = file.name.partition(".")[0]
    try:
        contract.partition.first_day(stem)
    except KeyRefused:
        return None
    return stem


def _as_of(given: str | None, contract: "Contract", key: str | None) -> datetime:
    deadline = contract.partition.deadline(key) if key is not None else datetime.now().astimezone()
    return deadline if given is None else moment(given, "--as-of")


def _check(file: Path, contract: "Contract", key: str | None, as_of: datetime, home: Path | None, alone: bool) -> "Checked":
    from feature_health import wiring
    from feature_health.steps.check_file import Elsewhere, check_file

    settings = settings_of(home) if home else None
    there = None if alone else settings
    elsewhere = Elsewhere(ledger=wiring.ledger(there, read_only=True), store=wiring.store(there)) if there else None
    return check_file(
        file,
        contract=contract,
        key=key,
        as_of=as_of,
        engine=wiring.engine(settings),
        elsewhere=elsewhere,
        calendars=wiring.Calendars(),
        alone=alone,
    )


def _write_gx_result(out: str, checked: "Checked", contract: "Contract", as_of: datetime, file: Path) -> None:
    from feature_health.checks.gx_result import validation_result

    verdict, left_out = checked.verdict, checked.left_out
    record = validation_result(
        contract, checked.results, verdict.findings, ruling=verdict.ruling, left_out=left_out, at=as_of, file=file.name
    )
    if out == STDOUT:
        print_json(record)
    else:
        write_text(Path(out), f"{json_text(record)}\n")


def _record(checked: "Checked", contract: "Contract", key: str | None, as_of: datetime) -> dict[str, object]:
    from dataclasses import asdict

    return {
        "job": contract.job,
        "partition": key,
        "ruling": checked.verdict.ruling,
        "rows": checked.profile.rows,
        "diverted": asdict(checked.verdict.diverted) if checked.verdict.diverted else None,
        "as_of": as_of.isoformat(),
        "incomplete": bool(checked.left_out),
        "left_out": checked.left_out,
        "findings": [asdict(finding) for finding in checked.verdict.findings],
        "expectations": [asdict(result) for result in checked.results],
        "contract": contract.digest,
        "engine": checked.profile.engine,
    }

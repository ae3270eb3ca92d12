"""The verdict of `feature-health check` for a person: what was judged, what was found, and last what to do next.

Plain lines rather than a rich table: rich alone would cost a tenth of the command's time.
"""

import shlex
import shutil
import sys
import textwrap
from datetime import datetime
from typing import TYPE_CHECKING

import typer

from feature_health.cli.findings import every_line, short_lines

if TYPE_CHECKING:
    from feature_health.contracts.contract import Contract
    from feature_health.steps.check_file import Checked

_RULINGS = {
    "publish": ("MAY BE PUBLISHED", "green"),
    "publish_with_warnings": ("MAY BE PUBLISHED, with warnings", "yellow"),
    "quarantine": ("WOULD BE HELD", "red"),
}
_COLOURS = {"block": "red", "warn": "yellow"}


def show(checked: "Checked", *, contract: "Contract", key: str | None, as_of: datetime, took: float, everything: bool) -> None:
    """Print it; colours only on a terminal, where long lines are folded at its width."""
    findings = checked.verdict.findings
    lines = every_line(findings) if everything else short_lines(findings)
    word, colour = _RULINGS[checked.verdict.ruling]
    rows = "" if checked.profile.unreadable else f"  {checked.profile.rows:,} rows"
    of = f" {key or '(no key)'}" if contract.partition.by else ""
    name = typer.style(f"{contract.job}{of}", bold=True)
    typer.echo(f"{name}{rows}  {typer.style(word, fg=colour, bold=True)}")
    for line in lines:
        severity, kind = f"{line.severity:<5}", f" {line.kind:<9}  "
        coloured = typer.style(severity, fg=_COLOURS.get(line.severity))
        _print(f"  {severity}{kind}", line.text, styled=f"  {coloured}{kind}")
    if held_back := checked.verdict.diverted:
        _print("  ", f"{held_back.rows:,} of {held_back.of:,} rows would be diverted with their reasons, the rest be published.")
    hidden = f"; --all shows all {len(findings)} findings" if len(lines) < len(findings) else ""
    _print("  ", f"{_passed(checked)}{hidden}. Judged as of {as_of:%Y-%m-%d %H:%M %Z} in {took:.1f} s.")
    if checked.left_out:
        _print("  ", f"Incomplete: not checked {', '.join(checked.left_out)}.")
    _print("  Next: ", _next(checked, contract, key))
    if key and not checked.verdict.ruling.may_publish and not checked.profile.unreadable:
        request = f'feature-health release request {contract.job} {shlex.quote(key)} --reason "…"'
        _print("  Or, if Airflow holds it and it is right as it is: ", request)


def _passed(checked: "Checked") -> str:
    passed = sum(result.success is True for result in checked.results)
    elsewhere = [result for result in checked.results if result.engine not in {"", checked.profile.engine.partition(",")[0]}]
    by = f" ({len(elsewhere)} judged by {elsewhere[0].engine})" if elsewhere else ""
    return f"{passed} of {len(checked.results)} expectations met{by}"


def _next(checked: "Checked", contract: "Contract", key: str | None) -> str:
    if checked.verdict.ruling.may_publish:
        return "judge the rest too, with --home." if checked.left_out else "nothing to do; the gate would publish it."
    if checked.profile.unreadable:
        return "mend what is said above or ask for the delivery again, then check it again."
    if key is None and contract.partition.by:
        return "check it again with --partition KEY."
    if all("(--home)" in finding.because for finding in checked.verdict.blocking(contract.policy)):
        return "check it again with --home DIR, or with --alone to leave out the checks over other partitions."
    runbook = f" by runbook {contract.runbook}" if contract.runbook else ""
    return f"have it corrected{runbook} and delivered again."


def _print(start: str, text: str, *, styled: str | None = None) -> None:
    """The text after `start`, folded at the terminal's width; not folded in a pipe, so that `grep` finds whole sentences."""
    lines = [text]
    if sys.stdout.isatty():
        width = max(40, shutil.get_terminal_size().columns - len(start))
        lines = textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
    typer.echo((styled or start) + ("\n" + " " * len(start)).join(lines))

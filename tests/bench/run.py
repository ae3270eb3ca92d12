"""What checking costs, held against the physical limit and other tools in alternation: a machine's moods fall on all alike.

Every run is a process of its own. Its CPU seconds (user and system, all threads) and peak memory are the kernel's; what the
checks alone cost, without imports, it tells itself. Ratios are of runs of one round; medians are kept in baseline.json.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import venv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
sys.path.insert(0, str(PROJECT))

from tests.bench import report, table  # noqa: E402 - run as a script, this file makes its own project importable

BUILD = PROJECT / "build" / "bench"
BASELINE = HERE / "baseline.json"
RIVALS = ("great_expectations", "pandera", "soda")
KINDS: tuple[table.Kind, ...] = ("clean", "dirty", "heavy")
ROUNDS: Mapping[str, int] = {"100k": 7, "1m": 5, "10m": 3}
QUICK_ROUNDS = 2
RIVALS_SIZES = ("100k", "1m")  # Great Expectations on pandas would need some 9 GB at 10M
RIVALS_ROUNDS = 3
HELD = 2  # the exit code of `check` for a table that would be held
IMPORT = "import feature_health.engines.duckdb, sys; assert not {'great_expectations', 'pandas', 'airflow'} & set(sys.modules)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One process that ended: CPU seconds and peak MiB by the kernel, and what it said itself."""

    cpu_s: float
    rss_mib: float
    said: Mapping[str, Any]


def run(command: Sequence[str]) -> Run:
    """Run to the end; raises SystemExit with what it wrote when it failed."""
    with tempfile.TemporaryFile("w+") as complaint:
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=complaint, text=True, cwd=PROJECT)
        assert child.stdout is not None
        with child.stdout:
            lines = child.stdout.read().strip().splitlines()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in ({0, HELD} if "check" in command else {0}):
            complaint.seek(0)
            raise SystemExit(f"{' '.join(command)} ended with {child.returncode}:\n{complaint.read()[-3000:]}")
    said = json.loads(lines[-1]) if lines and lines[-1].startswith("{") else {}
    return Run(cpu_s=usage.ru_utime + usage.ru_stime, rss_mib=usage.ru_maxrss / 1024, said=said)


def commands(path: Path, *, size: str, kind: table.Kind) -> dict[str, list[str]]:
    """What is run in each round, the limit first; of the heavy table only the limit and the checks."""
    python, file = sys.executable, str(path)
    ours = [python, str(HERE / "ours.py")]
    command = Path(python).with_name("feature-health")
    made = {
        "limit": [python, str(HERE / "limit.py"), file],
        "checks": [*ours, "checks", file],
    }
    if kind == "heavy":
        return made
    made |= {
        "history": [*ours, "history", file],
        "check": [str(command), "check", file, "--contract", str(HERE / "contract.yaml"), "--partition", "2026-06-02", "--alone"],
    }
    rivals = {name: [str(_python_of(name)), str(HERE / "rivals" / f"with_{name}.py"), file] for name in RIVALS}
    return made | (rivals if size in RIVALS_SIZES else {})


def _python_of(rival: str) -> Path:
    """The interpreter of a rival's own environment, made when it is first asked for; Great Expectations is in ours."""
    requirements = HERE / "rivals" / f"{rival}.txt"
    if not requirements.exists():
        return Path(sys.executable)
    folder = BUILD / f"env-{rival}"
    python, done = folder / "bin" / "python", folder / ".installed"
    if not done.exists() or done.read_text() != requirements.read_text():  # a checkout makes a file newer, not another
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", requirements], check=True)
        done.write_text(requirements.read_text())
    return python


def measure(size: str, kind: table.Kind, rounds: int, progress: Progress) -> dict[str, list[Run]]:
    """Every run of every round, by name; the rivals take part in the first few."""
    todo = commands(table.made(BUILD, size=size, kind=kind), size=size, kind=kind)
    turns = {name: min(rounds, RIVALS_ROUNDS) if name in RIVALS else rounds for name in todo}
    bar = progress.add_task(f"{size} {kind}", total=sum(turns.values()))
    done: dict[str, list[Run]] = {name: [] for name in todo}
    for turn in range(rounds):
        for name, command in todo.items():
            if turn < turns[name]:
                done[name].append(run(command))
                progress.advance(bar)
    _agree(done, size=size, kind=kind)
    return done


def _agree(done: Mapping[str, Sequence[Run]], *, size: str, kind: str) -> None:
    """Who finds other failures than Great Expectations does is not faster but wrong."""
    if theirs := done.get("great_expectations"):
        ours = done["checks"][0].said["failed"]
        if ours != theirs[0].said["failed"]:
            raise SystemExit(f"{size} {kind}: ours fail {ours}, Great Expectations' {theirs[0].said['failed']}")


def summary(done: Mapping[str, Sequence[Run]]) -> dict[str, Any]:
    """Medians, and ratios of runs of one round to that round's limit with their least and greatest."""
    made = {name: _entry(runs, done["limit"]) for name, runs in done.items()}
    if "great_expectations" in done:
        made["check"]["process_to_rival"] = _to(done["check"], done["great_expectations"])
    return made


def _to(runs: Sequence[Run], others: Sequence[Run]) -> list[float]:
    """The ratios of whole processes, as far as both took part in a round."""
    return _spread([one.cpu_s / other.cpu_s for one, other in zip(runs, others, strict=False)])


def _entry(runs: Sequence[Run], limit: Sequence[Run]) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "n": len(runs),
        "process_cpu_s": _rounded(median(one.cpu_s for one in runs)),
        "process_to_limit": _to(runs, limit),
        "peak_mib": round(max(one.rss_mib for one in runs)),
    }
    if "cpu_s" in runs[0].said:
        alone = [one.said["cpu_s"] / against.said["cpu_s"] for one, against in zip(runs, limit, strict=False)]
        entry |= {"checks_cpu_s": _rounded(median(one.said["cpu_s"] for one in runs)), "checks_to_limit": _spread(alone)}
    return entry | {key: runs[0].said[key] for key in ("checks", "profile_bytes") if key in runs[0].said}


def _spread(values: Sequence[float]) -> list[float]:
    return [_rounded(value) for value in (median(values), min(values), max(values))]


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")


def once(rounds: int) -> dict[str, Any]:
    """What is measured without a table of each size: start-up, and the schema of the largest table."""
    start = [run([sys.executable, "-c", IMPORT]).cpu_s for _ in range(rounds)]
    path = table.made(BUILD, size="10m", kind="clean")
    schema = [run([sys.executable, str(HERE / "ours.py"), "schema", str(path)]).said["ms"] for _ in range(rounds)]
    return {"import_engine_cpu_s": _spread(start), "schema_diff_10m_ms": _spread(schema), "n": rounds}


def main() -> None:
    """Measure, keep each table's figures as soon as they are there, and show all."""
    given = _arguments()
    figures: dict[str, Any] = {"sizes": {}} if given.quick or not BASELINE.exists() else json.loads(BASELINE.read_text())
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=given.json) as progress:
        for size in given.sizes.split(","):
            for kind in KINDS:
                done = measure(size, kind, given.rounds or ROUNDS[size], progress)
                figures["sizes"].setdefault(size, {})[kind] = summary(done)
                _keep(figures, quick=given.quick)
        if "10m" in given.sizes.split(","):
            figures["once"] = once(given.rounds or 5)
            _keep(figures, quick=given.quick)
    print(json.dumps(figures) if given.json else f"{report.as_text(figures)}\n\n{report.goals_as_text(figures)}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="100k,1m,10m", help="which of 100k, 1m and 10m rows; the others keep their figures")
    parser.add_argument("--rounds", type=int, help="rounds of each size; default: as many as the size allows")
    parser.add_argument(
        "--quick", action="store_true", help=f"{QUICK_ROUNDS} rounds of 100k rows unless told otherwise; keeps nothing"
    )
    parser.add_argument("--json", action="store_true", help="print baseline.json instead of the tables, and no progress")
    given = parser.parse_args()
    if given.quick:
        given.rounds = given.rounds or QUICK_ROUNDS
        given.sizes = "100k" if given.sizes == parser.get_default("sizes") else given.sizes
    if unknown := set(given.sizes.split(",")) - set(table.SIZES):
        parser.error(f"no such size: {', '.join(sorted(unknown))}; there are {', '.join(table.SIZES)}")
    if given.rounds is not None and given.rounds < 1:
        parser.error("--rounds must be at least 1")
    return given


def _keep(figures: dict[str, Any], *, quick: bool) -> None:
    """Whole or not at all, so that an interrupted benchmark goes on with `--sizes` of what is missing."""
    figures["measured"] = _setting()
    if quick:
        return
    partial = BASELINE.with_suffix(".partial")
    partial.write_text(json.dumps(figures, indent=1) + "\n")
    partial.replace(BASELINE)
    report.write(figures)


def _setting() -> dict[str, Any]:
    packages = ("duckdb", "great-expectations", "pandas", "pyarrow")
    return {
        "at": f"{datetime.now(UTC):%Y-%m-%d}",
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        **{name: version(name) for name in packages},
    }


if __name__ == "__main__":
    main()

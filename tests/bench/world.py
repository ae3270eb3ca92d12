"""What the simulated world costs, and a verdict on five million reports: each in a process of its own, by the kernel's count.

Prints a table and keeps the medians in world.json, for `make bench`. A prescreen list is made once and then judged.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

HERE = Path(__file__).resolve().parent
KEPT = HERE / "world.json"
FEATURE_HEALTH = Path(sys.executable).with_name("feature-health")

_NINETY_DAYS = """
from datetime import date, timedelta
from lending.world import TABLES, World
world = World(seed=7)
rows = sum(len(world.table(name, date(2026, 3, 1) + timedelta(days=n))) for n in range(90) for name in TABLES)
"""
_NINETY_DELIVERIES = """
import sys
from datetime import date, timedelta
from lending.world import World, deliver
for n in range(90):
    deliver(World(seed=7), date(2026, 3, 1) + timedelta(days=n), sys.argv[1])
"""
_PRESCREEN = """
import sys
from datetime import date
from lending.world import World, deliver
deliver(World(seed=7, size="prescreen"), date(2026, 3, 3), sys.argv[1])
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One process: seconds on the clock, CPU seconds of all its threads, peak MiB."""

    seconds: float
    cpu_seconds: float
    peak_mib: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What was measured, its limits (None: none was set) and every run."""

    name: str
    seconds_max: float | None
    mib_max: float | None
    runs: tuple[Cost, ...]

    @property
    def typical(self) -> Cost:
        """The medians of the runs."""
        return Cost(
            seconds=median(run.seconds for run in self.runs),
            cpu_seconds=median(run.cpu_seconds for run in self.runs),
            peak_mib=max(run.peak_mib for run in self.runs),
        )

    @property
    def is_met(self) -> bool:
        """Whether the typical run keeps to the limits."""
        typical = self.typical
        return typical.seconds < (self.seconds_max or float("inf")) and typical.peak_mib < (self.mib_max or float("inf"))


def cost(command: Sequence[str]) -> Cost:
    """Run to the end; raises SystemExit with what it wrote when it fails."""
    begin = time.monotonic()
    with tempfile.TemporaryFile("w+") as said:
        child = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT, text=True)
        _, status, usage = os.wait4(child.pid, 0)
        if (code := os.waitstatus_to_exitcode(status)) != 0:
            said.seek(0)
            raise SystemExit(f"{' '.join(command)[:200]} ended with {code}:\n{said.read()[-2000:]}")
    return Cost(seconds=time.monotonic() - begin, cpu_seconds=usage.ru_utime + usage.ru_stime, peak_mib=usage.ru_maxrss / 1024)


def figures(folder: Path, rounds: int) -> list[Figure]:
    """All of them; the prescreen list that is made last is the one judged."""

    def runs(program: str, *arguments: str, times: int = rounds) -> tuple[Cost, ...]:
        return tuple(cost([sys.executable, "-c", program, *arguments]) for _ in range(times))

    made = [
        Figure(name="90 days of small, all tables", seconds_max=60, mib_max=None, runs=runs(_NINETY_DAYS)),
        Figure(
            name="90 days of small, delivered as files",
            seconds_max=None,
            mib_max=None,
            runs=runs(_NINETY_DELIVERIES, str(folder / "small")),
        ),
        Figure(
            name="5M-row bureau partition, delivered",
            seconds_max=90,
            mib_max=1536,
            runs=runs(_PRESCREEN, str(folder / "prescreen")),
        ),
    ]
    listed = folder / "prescreen" / "bureau" / "2026-03-03" / "TUC.parquet"
    check = [str(FEATURE_HEALTH), "check", str(listed), "--contract", str(HERE / "prescreen.yaml"), "--partition", "2026-03-03"]
    verdicts = tuple(cost(check) for _ in range(rounds))
    return [*made, Figure(name="5M-row verdict", seconds_max=180, mib_max=4096, runs=verdicts)]


def main() -> None:
    """Measure, print, and keep unless told not to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="keep nothing")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-world-") as folder:
        found = figures(Path(folder), asked.rounds)
    table = Table("what", "seconds", "limit", "CPU seconds", "peak MiB", "limit", "")
    for one in found:
        it = one.typical
        table.add_row(
            one.name, f"{it.seconds:.1f}", _limit(one.seconds_max), f"{it.cpu_seconds:.1f}", f"{it.peak_mib:.0f}",
            _limit(one.mib_max), "met" if one.is_met else "NOT MET",
        )  # fmt: skip
    Console().print(table)
    if not asked.quick:
        kept = {
            "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
            "figures": {one.name: {**asdict(one.typical), "n": len(one.runs)} for one in found},
        }
        KEPT.write_text(json.dumps(kept, indent=2) + "\n")
    sys.exit(0 if all(one.is_met for one in found) else 1)


def _limit(value: float | None) -> str:
    return "" if value is None else f"< {value:.0f}"


if __name__ == "__main__":
    main()

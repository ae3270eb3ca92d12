"""What is installed is all that is in the source: templates, SQL, migrations and calendars do not stay behind."""

import os
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import entry_points
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
NOT_SHIPPED = {".md", ".pyc"}


def test_the_wheel_holds_every_file(tmp_path: Path) -> None:
    """An image would start, and fail at its first page or migration: those run from the source folder elsewhere."""
    source = tmp_path / "source"
    source.mkdir()
    for name in ("pyproject.toml", "LICENSE"):
        shutil.copy(PROJECT / name, source)
    (source / "README.md").touch()
    shutil.copytree(PROJECT / "include", source / "include", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    build = "import sys; from setuptools import build_meta; print(build_meta.build_wheel(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", build, str(tmp_path)], cwd=source, capture_output=True, text=True, check=False, env=os.environ
    )
    assert done.returncode == 0, done.stderr
    packed = set(zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist())
    include = source / "include"
    files = {str(path.relative_to(include)) for path in include.rglob("*") if path.is_file() and path.suffix not in NOT_SHIPPED}
    missing = {name for name in files - packed if ".egg-info/" not in name}
    assert not missing, f"a folder of modules wants an __init__.py, other files want a pattern in package-data: {sorted(missing)}"


def test_every_entry_point_loads() -> None:
    """The demo would be missing from the command line, or a contract's calendar unknown, without a word."""
    ours = [*entry_points(group="feature_health.commands"), *entry_points(group="feature_health.calendars")]
    ours += entry_points(group="console_scripts", name="feature-health")
    calendars = {"us_lender", "lender", "fed", "us_federal", "nyse", "sifma"}
    assert {point.name for point in ours} == {"demo", "drill", "feature-health", *calendars}
    for point in ours:
        assert point.load()

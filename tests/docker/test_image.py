"""The Dockerfile against its linter and against what it promises. No engine runs here."""

import re
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
DOCKERFILE = (PROJECT / "docker/Dockerfile").read_text()
INSTRUCTIONS = re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE).replace("\\\n", " ")
FINAL_STAGE = INSTRUCTIONS.rpartition("\nFROM ")[2]


def test_hadolint_finds_nothing() -> None:
    """A mistake that the linter knows would wait for the first build."""
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([str(hadolint), str(PROJECT / "docker/Dockerfile")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_image_runs_as_nobody_in_particular() -> None:
    """A container started without compose would run as root."""
    assert re.findall(r"^USER (\S+)", FINAL_STAGE, flags=re.MULTILINE) == ["10001:10001"]


def test_no_compiler_and_no_installer_stays() -> None:
    """What builds software is what an intruder wants first."""
    assert FINAL_STAGE.startswith("python:3.12-slim")
    assert not re.search(r"apt-get|build-essential|gcc|pip install", FINAL_STAGE)
    assert "--only-binary :all: --require-hashes" in INSTRUCTIONS
    assert "pip uninstall --yes setuptools pip" in INSTRUCTIONS


def test_bytecode_is_compiled_in_the_build() -> None:
    """Airflow starts five times slower without, and its user may not write any."""
    build = INSTRUCTIONS.rpartition("\nFROM ")[0]
    assert build.index("pip install --no-compile --no-deps") < build.index("compileall")


def test_everything_copied_exists_and_reaches_the_builder() -> None:
    """The build would stop at a folder that was renamed, or that the ignore file keeps back."""
    copies = re.findall(r"^COPY (?!--from)(.+)$", INSTRUCTIONS, flags=re.MULTILINE)
    sources = [word for copy in copies for word in copy.split()[:-1] if not word.startswith("--")]
    assert sources
    allowed = {line[1:] for line in (PROJECT / "docker/Dockerfile.dockerignore").read_text().splitlines() if line.startswith("!")}
    assert [source for source in sources if not (PROJECT / source).exists()] == []
    assert set(sources) == allowed


def test_the_image_renders_its_settings(tmp_path: Path) -> None:
    """A placeholder that the image does not know would stop its build."""
    script = (PROJECT / "docker/render-settings.py").read_text()
    moved = script.replace('"/opt/feature-health"', repr(str(PROJECT))).replace('"/opt/airflow"', repr(str(tmp_path)))
    subprocess.run([sys.executable, "-c", moved], check=True)
    assert f"dags_folder = {PROJECT}/dags" in (tmp_path / "airflow.cfg").read_text()

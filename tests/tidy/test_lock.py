"""The locks are complete, hashed, and of one mind with pyproject.toml."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.txt", "docker/requirements-runtime.txt")
project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]


def locked(name: str) -> dict[str, set[str]]:
    """Package to versions; a package has several where Python versions need different ones."""
    versions: dict[str, set[str]] = {}
    for package, version in re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", (PROJECT / name).read_text(), flags=re.MULTILINE):
        versions.setdefault(canonicalize_name(package), set()).add(version)
    return versions


@pytest.mark.parametrize("lock", LOCKS)
def test_every_entry_is_hashed(lock: str) -> None:
    """pip refuses the whole file for one entry without a hash."""
    text = (PROJECT / lock).read_text()
    entries = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert entries
    assert not [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry]


@pytest.mark.parametrize("lock", LOCKS)
def test_nothing_points_to_another_index(lock: str) -> None:
    """A lock that names somebody's own index installs nowhere else."""
    assert not re.findall(r"^\s*(?:--(?!hash)|-[a-z]|.*@ )[^\n]*", (PROJECT / lock).read_text(), flags=re.MULTILINE)


@pytest.mark.parametrize(("lock", "groups"), [(LOCKS[0], ("build", "dev")), (LOCKS[1], ("build",))])
def test_the_lock_satisfies_the_project(lock: str, groups: tuple[str, ...]) -> None:
    """Somebody changed pyproject.toml and did not run `make lock`."""
    wanted = [
        Requirement(text)
        for text in (*project["dependencies"], *(t for g in groups for t in project["optional-dependencies"][g]))
    ]
    versions = locked(lock)
    stale = [
        str(need)
        for need in wanted
        if not any(need.specifier.contains(version) for version in versions.get(canonicalize_name(need.name), ()))
    ]
    assert not stale, f"run `make lock`: {lock} does not satisfy {stale}"


def test_production_runs_the_tested_versions() -> None:
    """The image would carry versions that no test has seen."""
    everything, runtime = (locked(lock) for lock in LOCKS)
    assert {name: versions for name, versions in runtime.items() if everything.get(name) != versions} == {}
    assert "pytest" not in runtime

"""Where the demo plays: what an earlier one left makes way, what drills have kept stays, and nobody else's folder is touched."""

from pathlib import Path

import pytest

from feature_health.errors import CallerError
from lending.demo.command import _empty


def test_an_earlier_demo_makes_way_but_drills_stay(tmp_path: Path) -> None:
    """The matrix by which checks are judged would be gone after the next demo."""
    for name in ("airflow", "store", "drills"):
        (tmp_path / name).mkdir()
    (tmp_path / "ledger.db").touch()
    (tmp_path / "drills" / "matrix.json").write_text("{}")
    _empty(tmp_path)
    assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")] == ["drills", "drills/matrix.json"]


def test_a_home_that_only_drills_have_used_can_be_played_in(tmp_path: Path) -> None:
    """Whoever drilled first could not play the demo in its own default folder."""
    (tmp_path / "drills").mkdir()
    _empty(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["drills"]


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    """A slip in --home would delete somebody's files."""
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(CallerError, match="the folder holds something else"):
        _empty(tmp_path)
    assert (tmp_path / "thesis.txt").exists()

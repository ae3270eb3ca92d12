"""The command as people call it: in this process where that is fair, in one of its own where the process is what is tested."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from feature_health.cli.main import main

CONTRACT = Path(__file__).parent / "contracts" / "pulls.yaml"
KEY = "2026-06-02"
COMMAND = Path(sys.executable).parent / "feature-health"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as the one JSON document that it must be."""
        return json.loads(self.out)

    @property
    def reasons(self) -> str:
        """What every finding of a `check --json` says."""
        return "\n".join(finding["because"] for finding in self.json["findings"])


def call(*arguments: object) -> Answer:
    """`feature-health …` in this process."""
    out, err = io.StringIO(), io.StringIO()
    argv = ["feature-health", *map(str, arguments)]
    code: object = None
    with mock.patch.object(sys, "argv", argv), redirect_stdout(out), redirect_stderr(err):
        try:
            main()
        except SystemExit as ending:
            code = ending.code
    assert isinstance(code, int), code
    assert "Traceback" not in err.getvalue() + out.getvalue()
    return Answer(code=code, out=out.getvalue(), err=err.getvalue())


def check(file: object, *arguments: object, key: str = KEY) -> Answer:
    """`feature-health check FILE --contract … --partition … --alone --json` with the small contract."""
    return call("check", file, "--contract", CONTRACT, "--partition", key, "--alone", "--json", *arguments)


def start(*arguments: object, environment: Mapping[str, str], cwd: Path | None = None) -> Answer:
    """The installed command in a process of its own."""
    done = subprocess.run(
        [str(COMMAND), *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**environment, "PATH": os.environ["PATH"]},
        cwd=cwd,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return Answer(code=done.returncode, out=done.stdout, err=done.stderr)

import pathlib
import re

from feature_health.checks.load import faults_of
from feature_health.contracts.shared import PROJECT_CONTRACTS

README = PROJECT_CONTRACTS / "README.md"


def test_the_example_can_be_used(tmp_path: pathlib.Path) -> None:
    """The first contract that an analyst copies would be refused."""
    example, nested = re.findall(r"```yaml\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.DOTALL)
    path = tmp_path / "bureau_pull.yaml"
    for text in (example, example.replace("columns:\n", nested, 1)):
        path.write_text(text, encoding="utf-8")
        assert not [str(fault) for fault in faults_of(path)]

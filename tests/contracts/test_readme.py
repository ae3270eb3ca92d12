import pathlib
import re

from feature_health.checks.catalog import CATALOG
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


def test_every_expectation_type_is_named() -> None:
    """An analyst would not learn that there is one."""
    text = README.read_text(encoding="utf-8")
    by_a_rule = {"column_max", "column_mean", "column_median", "column_stdev", "column_sum"}
    names = {type_.name for type_ in CATALOG if not type_.name.endswith("_list") and f"`{type_.name}`" not in text}
    assert names == {f"expect_{name}_to_be_between" for name in by_a_rule}

import pathlib
import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feature_health.checks.load import faults_of
from feature_health.contracts.document import parse

VALID = pathlib.Path(__file__).parent / "valid.yaml"
LINES = VALID.read_text(encoding="utf-8").splitlines()
PIECES = [
    "[",
    "]",
    "{",
    "}",
    ":",
    "- ",
    "null",
    "1e9",
    "never",
    "\t",
    "''",
    "&a",
    "*a",
    "!!int",
    "{}",
    "[]",
    "true",
    "#",
    "é",
    "-1",
]


@given(st.binary(max_size=300))
def test_any_bytes_give_a_document_or_faults(content: bytes) -> None:
    """A wrong file in the folder would end every process that reads contracts."""
    document = parse(content, file="any.yaml")
    assert document.faults or document.tree is not None


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9), words=st.lists(st.sampled_from(PIECES), min_size=1, max_size=3))
def test_a_damaged_contract_gives_faults_and_never_a_traceback(tmp_path: pathlib.Path, seed: int, words: list[str]) -> None:
    """A slip of the keyboard would end in a traceback."""
    order, text = random.Random(seed), "\n".join(LINES)
    for word in words:
        at = order.randrange(len(text))
        text = text[:at] + word + text[at + order.randrange(12) :]
    path = tmp_path / "bureau_pull.yaml"
    path.write_text(text, encoding="utf-8")
    assert all(str(fault) for fault in faults_of(path))

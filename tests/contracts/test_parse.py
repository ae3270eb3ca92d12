import pathlib
from datetime import time

import pytest

from feature_health.checks.load import faults_of
from feature_health.contracts.contract import ITEM, Consumer, Contract, Field
from feature_health.contracts.faults import Fault
from feature_health.contracts.parse import contract_in, parse_file
from feature_health.contracts.severity import Ruling, Severity
from feature_health.contracts.shared import PROJECT_CONTRACTS, code_table, read_defaults
from feature_health.errors import ContractInvalid

HERE = pathlib.Path(__file__).parent
VALID = HERE / "valid.yaml"
BAD_FILES = sorted((HERE / "invalid").glob("*.yaml"))
CODES = """name: tiny
about: A table.
vendor: EFX
product: CORE
version: "1"
valid: {min: 0, max: 92}
special: {96: nothing of that kind}
"""


@pytest.fixture(scope="module")
def contract() -> Contract:
    """The one good contract file of these tests."""
    return contract_in(VALID)


def told(faults: tuple[Fault, ...], path: pathlib.Path) -> str:
    """The faults as a person reads them, with the file's name for its path."""
    return "".join(f"{fault}\n".replace(str(path), path.name) for fault in faults)


def written(folder: pathlib.Path, old: str, new: str) -> pathlib.Path:
    """A copy of the good contract with one change."""
    text = VALID.read_text(encoding="utf-8")
    assert old in text
    path = folder / "bureau_pull.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize("path", BAD_FILES, ids=lambda path: path.stem)
def test_each_rule_refuses_its_bad_file(path: pathlib.Path) -> None:
    """A contract that says something else than its author meant would be in force."""
    assert told(faults_of(path), path) == path.with_suffix(".expected").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", BAD_FILES, ids=lambda path: path.stem)
def test_every_fault_of_a_bad_file_has_a_line(path: pathlib.Path) -> None:
    """An analyst would have to search the file for what is meant."""
    faults = faults_of(path)
    assert faults
    assert all(fault.line > 0 for fault in faults)


def test_a_good_file_becomes_what_it_says(contract: Contract) -> None:
    """The gate would judge by other limits than the file states."""
    assert contract.job == "bureau_pull"
    assert contract.partition.ready_by == time(1, 30)
    assert [column.name for column in contract.columns][:2] == ["application_id", "business_date"]
    assert contract.inputs == ("application_intake",)
    assert contract.slack_channel == "#feature-health"
    score = contract.column("score_raw")
    assert score is not None
    assert (score.null_ratio_max, score.unit) == (0.01, "points")
    assert score.codes is not None
    assert 9002 in score.codes.special


def test_nested_columns_and_readers_become_what_the_file_says(tmp_path: pathlib.Path) -> None:
    """Half of a promise would be compared with what is delivered, or a reader not be warned."""
    payments = "{type: list, items: {type: struct, fields: {amount: {type: decimal, size: [14, 2]}}}}"
    readers = "consumers: {pd_model: {columns: [score_raw], on_change: {widened: block}}, archive: {}}"
    path = written(tmp_path, "  responded_at: {type: timestamp}", f"  payments: {payments}\n{readers}")
    read = contract_in(path)
    column = read.column("payments")
    assert column is not None
    amount = Field(name="amount", type="decimal", size=(14, 2))
    assert column.fields == (Field(name=ITEM, type="struct", fields=(amount,)),)
    assert read.consumers == (
        Consumer(name="pd_model", columns=("score_raw",), on_change={"widened": Severity.BLOCK}),
        Consumer(name="archive"),
    )


def test_what_a_contract_does_not_say_comes_from_the_defaults(contract: Contract) -> None:
    """A column without a ceiling of its own could be empty unnoticed."""
    utilization = contract.column("utilization")
    assert utilization is not None
    assert utilization.null_ratio_max == 0.05
    assert contract.on_change["added"] is Severity.NOTE
    assert contract.on_change["removed"] is Severity.BLOCK
    assert contract.policy.unable is Ruling.QUARANTINE


def test_severity_for_and_about_are_ours_and_the_rest_are_arguments(contract: Contract) -> None:
    """Great Expectations' own words would reach no type, or ours would reach it."""
    between = contract.expectations[2]
    assert set(between.kwargs) == {"column", "min_value", "max_value", "mostly", "row_condition"}
    assert (between.severity, between.failures, between.line) == (Severity.BLOCK, ("B8",), 23)
    assert contract.expectations[3].severity is Severity.NOTE


@pytest.mark.parametrize("word", ["NO", "on", "off", "yes", "2026-03-04", "01:30", "007", "0x1F", "1_000", ".inf"])
def test_plain_words_stay_text(tmp_path: pathlib.Path, word: str) -> None:
    """Norway's code, a date or a ZIP code in a value set would silently become a truth value or another number."""
    path = written(tmp_path, "[EFX, EXP, TUC]", f"[EFX, {word}]")
    assert contract_in(path).expectations[1].kwargs["value_set"] == ["EFX", word]


@pytest.mark.parametrize(("word", "value"), [("12", 12), ("-1", -1), ("0.5", 0.5), ("1e3", 1000.0), ("true", True), ("~", None)])
def test_numbers_and_truth_values_are_read(tmp_path: pathlib.Path, word: str, value: object) -> None:
    """A limit would be compared as text."""
    path = written(tmp_path, "[EFX, EXP, TUC]", f"[EFX, {word}]")
    read = contract_in(path).expectations[1].kwargs["value_set"][1]
    assert read == value
    assert type(read) is type(value)


def test_a_file_that_is_not_there_is_a_fault(tmp_path: pathlib.Path) -> None:
    """A mistyped path would end in a traceback."""
    [fault] = faults_of(tmp_path / "none.yaml")
    assert "No such file" in str(fault)
    [folder] = faults_of(tmp_path)
    assert "Is a directory" in str(folder)


def test_a_file_without_end_is_not_read(tmp_path: pathlib.Path) -> None:
    """A wrong file, such as a delivery, would fill the memory of every process that parses DAGs."""
    path = tmp_path / "large.yaml"
    path.write_text("# " + "x" * 300_000, encoding="utf-8")
    [fault] = faults_of(path)
    assert "larger than 256 KiB" in str(fault)


def test_a_byte_order_mark_is_no_fault(tmp_path: pathlib.Path) -> None:
    """A file saved by Excel or Notepad would be refused for what nobody can see."""
    path = tmp_path / "bureau_pull.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + VALID.read_bytes())
    assert contract_in(path).job == "bureau_pull"


def test_the_refusal_lists_every_fault() -> None:
    """Faults told one by one cost a deployment each."""
    path = HERE / "invalid" / "several_faults_at_once.yaml"
    with pytest.raises(ContractInvalid) as refused:
        contract_in(path)
    assert "it has 4 faults" in str(refused.value)
    assert str(refused.value).count(f"{path}:") == 4


def test_a_parsed_contract_names_no_fault_and_a_faulty_one_no_contract() -> None:
    """A half-right contract could be put in force."""
    assert parse_file(VALID).contract is not None
    assert all(parse_file(path).contract is None for path in BAD_FILES if parse_file(path).faults)


def test_defaults_lie_beside_the_file_or_above_it(tmp_path: pathlib.Path) -> None:
    """A lender's own folder of contracts would be judged by the defaults of this project."""
    (tmp_path / "lendingclub").mkdir()
    text = (PROJECT_CONTRACTS / "defaults.yaml").read_text(encoding="utf-8")
    (tmp_path / "defaults.yaml").write_text(text.replace("null_ratio_max: 0.05", "null_ratio_max: 0.25"), encoding="utf-8")
    utilization = contract_in(written(tmp_path / "lendingclub", "job", "job")).column("utilization")
    assert utilization is not None
    assert utilization.null_ratio_max == 0.25


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("removed: block", "removd: block", "on_change.removd: found 'removd'; did you mean 'removed'?"),
        ("  1: {block: quarantine", "  1: {block: publish", "tiers.1: block must not be milder than warn, nor warn than note"),
        ("  1: {", "  one: {", "tiers.one: found 'one'; a tier is a whole number"),
        ("units:", "units: [", "not valid YAML"),
    ],
)
def test_faulty_defaults_are_told_too(tmp_path: pathlib.Path, old: str, new: str, expected: str) -> None:
    """Every contract would fall with the defaults, and nobody be told why."""
    text = (PROJECT_CONTRACTS / "defaults.yaml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "defaults.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    assert expected in told(faults_of(written(tmp_path, "job", "job")), tmp_path / "none")


def test_the_projects_own_defaults_and_code_tables_are_good() -> None:
    """Every contract of the project would be refused."""
    assert not read_defaults(PROJECT_CONTRACTS / "defaults.yaml")[1]
    for path in (PROJECT_CONTRACTS / "codes").glob("*.yaml"):
        assert not code_table(path)[1]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("name: tiny", "name: other", "name: found 'other'; the file is called tiny.yaml; both must agree"),
        (
            "{96: nothing",
            "{50: nothing",
            "special.50: found 50; a special code inside the valid range could not be told from a value",
        ),
        ("{96: nothing", "{none: nothing", "special.none: found 'none'; expected a whole number"),
        ("{min: 0, max: 92}", "{min: 95, max: 92}", "valid: min 95 is above max 92"),
        ("vendor: EFX", "vender: EFX", "vender: found 'vender'; did you mean 'vendor'?"),
    ],
)
def test_faulty_code_tables_are_told(tmp_path: pathlib.Path, old: str, new: str, expected: str) -> None:
    """A vendor's special code would be taken for a value, or a value for a code."""
    path = tmp_path / "tiny.yaml"
    path.write_text(CODES.replace(old, new), encoding="utf-8")
    table, faults = code_table(path)
    assert table is None
    assert expected in told(faults, path)


def test_a_good_code_table_is_read(tmp_path: pathlib.Path) -> None:
    """Codes would be compared as text with numbers, and never found."""
    path = tmp_path / "tiny.yaml"
    path.write_text(CODES, encoding="utf-8")
    table, faults = code_table(path)
    assert not faults
    assert table is not None
    assert (table.valid_min, table.valid_max, dict(table.special)) == (0, 92, {96: "nothing of that kind"})

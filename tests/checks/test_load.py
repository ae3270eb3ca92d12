import pathlib
import shutil

import pytest

from feature_health.checks.load import FolderContracts, contract_files, faults_of, load_file
from feature_health.contracts.keys import NOT_PARTITIONED
from feature_health.contracts.parse import contract_in
from feature_health.contracts.record import from_json
from feature_health.contracts.shared import PROJECT_CONTRACTS
from feature_health.errors import ContractInvalid, JobUnknown
from feature_health.ports import Contracts
from tests.checks.delivered import good_contract

VALID = pathlib.Path(__file__).parents[1] / "contracts/valid.yaml"


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    """A lender's own folder of contracts, with one job and its input."""
    shutil.copy(PROJECT_CONTRACTS / "defaults.yaml", tmp_path)
    shutil.copytree(PROJECT_CONTRACTS / "codes", tmp_path / "codes")
    text = VALID.read_text(encoding="utf-8")
    (tmp_path / "bureau_pull.yaml").write_text(text, encoding="utf-8")
    intake = text.replace("job: bureau_pull", "job: application_intake").replace("inputs: [application_intake]\n", "")
    (tmp_path / "application_intake.yaml").write_text(intake, encoding="utf-8")
    return tmp_path


def test_a_folder_is_the_contracts_in_force(folder: pathlib.Path) -> None:
    """The gate would find no contract."""
    contracts: Contracts = FolderContracts(folder)
    assert contracts.jobs() == ("application_intake", "bureau_pull")
    assert contracts.current("bureau_pull") == good_contract()
    assert not [fault for path in contract_files(folder) for fault in faults_of(path)]


@pytest.mark.parametrize(
    ("job", "hint"),
    [
        ("bureau_pul", "Did you mean 'bureau_pull'?"),
        ("../../etc/passwd", "Jobs with a contract: application_intake, bureau_pull."),
        ("defaults", "There is no contract of job 'defaults'"),
        ("codes/fico_8", "There is no contract of job 'codes/fico_8'"),
        ("", "There is no contract of job ''"),
        ("x" * 10_000, "(10,002 characters)"),
    ],
)
def test_an_unknown_job_is_told_with_the_nearest(folder: pathlib.Path, job: str, hint: str) -> None:
    """A mistyped job would end in a traceback, or open a file outside the folder."""
    with pytest.raises(JobUnknown) as unknown:
        FolderContracts(folder).current(job)
    assert hint in str(unknown.value)


def test_a_folder_that_is_not_there_has_no_jobs(tmp_path: pathlib.Path) -> None:
    """A mistyped setting would end in a traceback."""
    contracts = FolderContracts(tmp_path / "none")
    assert contracts.jobs() == ()
    with pytest.raises(JobUnknown, match="no contract in that folder at all"):
        contracts.current("bureau_pull")


def test_a_contract_is_found_by_its_files_name(folder: pathlib.Path) -> None:
    """A job would be judged by another job's contract."""
    (folder / "bureau_pull.yaml").rename(folder / "bureau.yaml")
    with pytest.raises(ContractInvalid, match=r"the file is called bureau\.yaml"):
        FolderContracts(folder).current("bureau")
    assert [fault.where for fault in faults_of(folder / "bureau.yaml")] == ["job"]


def test_inputs_are_jobs_of_the_same_folder(folder: pathlib.Path) -> None:
    """A join would wait for ever for a job that does not exist."""
    path = folder / "bureau_pull.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("[application_intake]", "[application_intke]"), encoding="utf-8")
    [fault] = faults_of(path)
    assert "inputs[0]: found 'application_intke'; did you mean 'application_intake'?" in str(fault)


def test_a_draft_may_lie_anywhere_under_any_name(tmp_path: pathlib.Path) -> None:
    """An analyst could not try a contract before putting it in force."""
    draft = tmp_path / "my draft.yml"
    shutil.copy(VALID, draft)
    assert load_file(draft).digest == good_contract().digest


def test_a_file_judged_alone_needs_no_partition_but_a_gate_does(folder: pathlib.Path, tmp_path: pathlib.Path) -> None:
    """A gate without partitions would judge nobody knows what; an analyst with one file would have to invent them."""
    parts = ("partition:", "key:", "rows:", "inputs:", "freshness:")
    lines = VALID.read_text(encoding="utf-8").splitlines(keepends=True)
    lacking = "".join(line for line in lines if not line.startswith(parts))
    (folder / "bureau_pull.yaml").write_text(lacking, encoding="utf-8")
    assert {fault.where for fault in faults_of(folder / "bureau_pull.yaml")} == {"partition", "key", "rows"}
    with pytest.raises(ContractInvalid, match="rows: is missing"):
        contract_in(folder / "bureau_pull.yaml")
    draft = tmp_path / "draft.yaml"
    draft.write_text(lacking, encoding="utf-8")
    contract = load_file(draft)
    assert (contract.partition, contract.key, contract.rows) == (NOT_PARTITIONED, (), None)
    assert from_json(contract.canonical_json()) == contract


def test_a_change_on_disk_is_in_force_at_once(folder: pathlib.Path) -> None:
    """A long-running process would judge by what was."""
    contracts, path = FolderContracts(folder), folder / "bureau_pull.yaml"
    before = contracts.current("bureau_pull").digest
    path.write_text(path.read_text(encoding="utf-8").replace("row_count_min: 3500", "row_count_min: 3400"), encoding="utf-8")
    assert contracts.current("bureau_pull").digest != before


@pytest.mark.parametrize(
    "path", sorted(contract_files(PROJECT_CONTRACTS)), ids=lambda path: str(path.relative_to(PROJECT_CONTRACTS))
)
def test_the_projects_contracts_have_no_fault(path: pathlib.Path) -> None:
    """The gate of that job would refuse every partition."""
    assert not [str(fault) for fault in faults_of(path)]

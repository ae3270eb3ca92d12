"""Suites of Great Expectations as contracts and back, on real files, with Great Expectations itself as the judge of both."""

import json
from pathlib import Path
from typing import Any

import great_expectations as gx
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from great_expectations.core.expectation_validation_result import expectationSuiteValidationResultSchema
from great_expectations.expectations.registry import get_expectation_impl
from great_expectations.expectations.row_conditions import Column
from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer
from great_expectations.render.view.view import DefaultJinjaPageView

from tests.cli.command import call

ROWS = 200
AS_OF = "2026-06-03T09:00:00+00:00"


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """Loans with some nulls, one value too large, and a text that is no number."""
    return pd.DataFrame(
        {
            "id": [f"L-{n:05}" for n in range(ROWS)],
            "amount": [1000.0 + n if n % 11 else None for n in range(ROWS)],
            "score": [300 + n for n in range(ROWS)],
            "state": [("CA", "NY", "TX")[n % 3] for n in range(ROWS)],
            "made_on": [f"2026-06-{1 + n % 28:02}" for n in range(ROWS)],
        }
    )


def expectation(name: str, **kwargs: Any) -> Any:
    """One of Great Expectations' own."""
    return get_expectation_impl(name)(**kwargs)


@pytest.fixture(scope="module")
def suite() -> dict[str, Any]:
    """A suite of many types, some failing, with all that suites say beside, as Great Expectations writes it."""
    gx.get_context(mode="ephemeral")
    made = gx.ExpectationSuite(
        name="Loans, daily",
        meta={"owner": "risk", "list": [1, None, {"x": "y"}]},
        notes="on: and off",
        expectations=[
            expectation("expect_table_row_count_to_be_between", min_value=10, max_value=1000),
            expectation(
                "expect_column_values_to_not_be_null", column="amount", mostly=0.95, severity="warning", notes=["a", "b"]
            ),
            expectation(
                "expect_column_values_to_be_between", column="score", min_value=300, max_value=450, meta={"ticket": "007"}
            ),
            expectation("expect_column_values_to_be_unique", column="id", description="Names the loan, always"),
            expectation("expect_column_values_to_match_regex", column="id", regex=r"^L-[0-9]{5}$"),
            expectation(
                "expect_column_values_to_be_in_set", column="state", value_set=["CA", "NY"], row_condition=Column("score") < 310
            ),
            expectation("expect_column_mean_to_be_between", column="amount", min_value=1000, max_value=2000, severity="info"),
            expectation(
                "expect_column_quantile_values_to_be_between",
                column="score",
                quantile_ranges={"quantiles": [0.1, 0.9], "value_ranges": [[None, 400], [400, None]]},
            ),
            expectation("expect_column_value_z_scores_to_be_less_than", column="score", threshold=3, double_sided=True),
            expectation("expect_column_values_to_be_dateutil_parseable", column="made_on"),
            expectation(
                "expect_column_pair_values_a_to_be_greater_than_b",
                column_A="amount",
                column_B="score",
                ignore_row_if="either_value_is_missing",
            ),
            expectation("expect_table_columns_to_match_ordered_list", column_list=["id", "amount", "score", "state", "made_on"]),
            expectation("expect_column_values_to_not_be_null", column="score"),
        ],
    )
    record: dict[str, Any] = made.to_json_dict()
    return record


def _stored(frame: pd.DataFrame, path: Path) -> Path:
    match path.suffix:
        case ".parquet":
            frame.to_parquet(path, index=False)
        case ".csv":
            frame.to_csv(path, index=False)
        case _:
            frame.to_json(path, orient="records", lines=True)
    return path


def _imported(suite: object, data: Path, folder: Path) -> Path:
    file, contract = folder / "suite.json", folder / "contract.yaml"
    file.write_text(json.dumps(suite))
    answer = call("contract", "import", "gx", file, "--data", data, "--out", contract)
    assert answer.code == 0, answer.out + answer.err
    return contract


def _by_great_expectations(suite: dict[str, Any], frame: pd.DataFrame) -> list[bool]:
    context = gx.get_context(mode="ephemeral")
    whole = context.data_sources.add_pandas("p").add_dataframe_asset("f").add_batch_definition_whole_dataframe("all")
    batch = whole.get_batch({"dataframe": frame})
    loaded = gx.ExpectationSuite(**json.loads(json.dumps(suite)))
    return [bool(batch.validate(one).success) for one in loaded.expectations]


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".jsonl"])
def test_an_imported_suite_judges_as_it_did_there(
    suite: dict[str, Any], frame: pd.DataFrame, tmp_path: Path, suffix: str
) -> None:
    """Whoever brings their suites would get other answers, or lose some of them in silence."""
    data = _stored(frame, tmp_path / f"loans{suffix}")
    answer = call("check", data, "--contract", _imported(suite, data, tmp_path), "--json")
    expectations = answer.json["expectations"]
    assert [one["type"] for one in expectations] == [one["type"] for one in suite["expectations"]]
    assert [one["success"] for one in expectations] == _by_great_expectations(suite, frame)
    assert expectations[5]["kwargs"]["row_condition"] == suite["expectations"][5]["kwargs"]["row_condition"]
    assert {one["engine"].partition(" ")[0] for one in expectations} == {"duckdb", "great_expectations"}
    assert answer.code == 2


def test_export_gives_back_what_was_imported(suite: dict[str, Any], frame: pd.DataFrame, tmp_path: Path) -> None:
    """A team that leaves again, or uses both, would lose its ids, notes and meta."""
    data = _stored(frame, tmp_path / "loans.parquet")
    back = json.loads(call("contract", "export", "gx", _imported(suite, data, tmp_path)).out)
    assert back == suite
    assert gx.ExpectationSuite(**back).to_json_dict() == suite


def test_suites_of_earlier_years_are_read(frame: pd.DataFrame, tmp_path: Path) -> None:
    """What was written before the form changed would have to be written again."""
    old: dict[str, Any] = {
        "expectation_suite_name": "old",
        "data_asset_type": None,
        "ge_cloud_id": None,
        "expectations": [
            {
                "expectation_type": "expect_column_values_to_not_be_null",
                "kwargs": {"column": "id", "result_format": "BASIC"},
                "meta": {},
            },
            {
                "expectation_type": "expect_column_values_to_not_be_null",
                "kwargs": {"column": "id", "result_format": "BASIC"},
                "meta": {},
            },
        ],
        "meta": {},
    }
    data = _stored(frame, tmp_path / "loans.parquet")
    answer = call("check", data, "--contract", _imported(old, data, tmp_path), "--json")
    assert (answer.code, [one["success"] for one in answer.json["expectations"]]) == (0, [True, True])


def test_a_column_that_the_file_lacks_fails_and_is_not_refused(
    suite: dict[str, Any], frame: pd.DataFrame, tmp_path: Path
) -> None:
    """The very suite that would have found a lost column could not be brought along."""
    data = _stored(frame.drop(columns=["score"]), tmp_path / "loans.parquet")
    answer = call("check", data, "--contract", _imported(suite, data, tmp_path), "--json")
    assert "expectations" in answer.json, answer.out
    unmet = [one["success"] for one in answer.json["expectations"] if one["kwargs"].get("column") == "score"]
    assert unmet == [None] * len(unmet) != []
    assert answer.code == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is not JSON"),
        ("[]", "is no suite"),
        ('{"name": "x", "expectations": []}', "vouch for nothing"),
        ('{"name": "x", "expectations": [{"type": "expect_column_values_to_be_betwen", "kwargs": {}}]}', "did you mean"),
        ('{"name": "x", "expectations": [{"type": "expect_column_to_exist", "kwargs": {"colum": "a"}}]}', "colum"),
        ('{"name": "x", "expectations": [{"type": "expect_column_to_exist", "kwargs": {}, "severity": "high"}]}', "severity"),
        ('{"name": "x", "expectations": ["expect"]}', "expected an object"),
        ('{"name": "x", "expectations": [], "expectations": []}', "twice"),
        ('{"name": "x", "meta": NaN, "expectations": []}', "no number"),
        ("[" * 100_000, "recursion"),
    ],
)
def test_a_bad_suite_is_refused_with_all_that_is_wrong(frame: pd.DataFrame, tmp_path: Path, text: str, said: str) -> None:
    """Great Expectations would load the rest of it, and pass."""
    data, file, out = _stored(frame, tmp_path / "loans.parquet"), tmp_path / "suite.json", tmp_path / "contract.yaml"
    file.write_text(text)
    answer = call("contract", "import", "gx", file, "--data", data, "--out", out)
    assert (answer.code, out.exists()) == (2, False)
    assert said in answer.out


def test_nothing_is_overwritten_and_no_data_is_no_contract(suite: dict[str, Any], frame: pd.DataFrame, tmp_path: Path) -> None:
    """An edited contract would be gone, or one without columns would judge nothing."""
    data = _stored(frame, tmp_path / "loans.parquet")
    contract = _imported(suite, data, tmp_path)
    again = call("contract", "import", "gx", tmp_path / "suite.json", "--data", data, "--out", contract)
    assert (again.code, "--force" in again.err) == (1, True)
    nowhere = call(
        "contract", "import", "gx", tmp_path / "suite.json", "--data", tmp_path / "no.csv", "--out", tmp_path / "n.yaml"
    )
    assert (nowhere.code, "there is no such file" in nowhere.err) == (1, True)
    missing = call("contract", "import", "gx", tmp_path / "no.json", "--data", data, "--out", tmp_path / "n.yaml")
    assert missing.code == 1


def test_the_result_is_one_that_great_expectations_reads(suite: dict[str, Any], frame: pd.DataFrame, tmp_path: Path) -> None:
    """Tools that read its results could not be kept."""
    data, out = _stored(frame, tmp_path / "loans.parquet"), tmp_path / "result.json"
    contract = _imported(suite, data, tmp_path)
    answer = call("check", data, "--contract", contract, "--gx-result", out, "--as-of", AS_OF, "--json")
    record = json.loads(out.read_text())
    read = expectationSuiteValidationResultSchema.load(record)
    successes = [one["success"] for one in answer.json["expectations"]]
    assert [one["success"] for one in read["results"]] == successes
    assert read["statistics"]["successful_expectations"] == sum(successes)
    assert record["success"] is False
    assert record["results"][2]["result"]["unexpected_count"] == 49
    assert [one["expectation_config"]["type"] for one in record["results"]] == [one["type"] for one in suite["expectations"]]
    assert call("check", data, "--contract", contract, "--as-of", AS_OF, "--gx-result", "-").json == record


def test_a_file_without_rows_has_not_succeeded(tmp_path: Path) -> None:
    """Whoever reads no more of the result than its success would publish nothing at all, or another day's leftovers."""
    suite = {"name": "x", "expectations": [{"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "n"}}]}
    data = _stored(pd.DataFrame({"n": [1]}), tmp_path / "x.csv")
    contract = _imported(suite, data, tmp_path)
    full = call("check", data, "--contract", contract, "--gx-result", "-")
    assert (full.code, full.json["success"], full.json["meta"]["feature_health"]["ruling"]) == (0, True, "publish")
    data.write_text("n\n")
    empty = call("check", data, "--contract", contract, "--gx-result", "-")
    assert (empty.code, empty.json["success"], empty.json["meta"]["feature_health"]["ruling"]) == (2, False, "quarantine")
    assert empty.json["statistics"]["successful_expectations"] == 1
    assert "PARTITION" not in call("check", data, "--contract", contract).out.upper()


def test_great_expectations_makes_its_page_of_the_result(suite: dict[str, Any], frame: pd.DataFrame, tmp_path: Path) -> None:
    """Its pages would break over a result of ours, over one that could not run most of all."""
    data = _stored(frame.drop(columns=["score"]), tmp_path / "loans.parquet")
    record = call("check", data, "--contract", _imported(suite, data, tmp_path), "--gx-result", "-").json
    store: Any = gx.get_context(mode="ephemeral").validation_results_store
    view: Any = DefaultJinjaPageView()
    page = view.render(ValidationResultsPageRenderer().render(store.deserialize(json.dumps(record))))
    assert "could not be checked" in page


def test_where_nothing_can_be_written_is_told(tmp_path: Path) -> None:
    """A mistyped folder would look like a fault of ours."""
    suite = {"name": "x", "expectations": [{"type": "expect_column_to_exist", "kwargs": {"column": "n"}}]}
    data, nowhere = _stored(pd.DataFrame({"n": [1]}), tmp_path / "x.csv"), tmp_path / "no" / "file"
    contract = _imported(suite, data, tmp_path)
    for answer in (
        call("contract", "import", "gx", tmp_path / "suite.json", "--data", data, "--out", nowhere),
        call("contract", "export", "gx", contract, "--out", nowhere),
        call("check", data, "--contract", contract, "--gx-result", nowhere),
    ):
        assert (answer.code, answer.err.startswith(f"Writing {nowhere}: ")) == (1, True)


def test_what_could_not_run_has_raised_in_the_result(suite: dict[str, Any], frame: pd.DataFrame, tmp_path: Path) -> None:
    """Whoever reads the result would take it for met."""
    data = _stored(frame.drop(columns=["score"]), tmp_path / "loans.parquet")
    record = call("check", data, "--contract", _imported(suite, data, tmp_path), "--gx-result", "-").json
    raised = [one for one in record["results"] if one["exception_info"]["raised_exception"]]
    assert raised
    assert not any(one["success"] for one in raised)
    assert all("could not be checked" in one["exception_info"]["exception_message"] for one in raised)


def test_our_own_types_travel_in_suites() -> None:
    """A contract for lending would lose what it is for when exported."""
    from feature_health.checks.load import load_file
    from feature_health.checks.suites import read
    from feature_health.contracts.shared import PROJECT_CONTRACTS
    from feature_health.engines.great_expectations import custom  # registers the class that carries them

    for path in sorted(PROJECT_CONTRACTS.glob("*.yaml")):
        if path.stem == "defaults":
            continue
        text = call("contract", "export", "gx", path).out
        loaded = gx.ExpectationSuite(**json.loads(text))
        contract = load_file(path)
        assert len(loaded.expectations) == len(contract.expectations)
        suite, faults = read(text, file="x", accepts=lambda *_: False)
        assert not faults
        assert suite is not None
        assert suite.expectations == contract.expectations
    assert custom.ExpectFeatureHealthCheck.__name__


def test_what_our_engine_cannot_judge_is_judged_there(tmp_path: Path) -> None:
    """A suite would be refused, or blocked for ever, for what Great Expectations itself takes and answers."""
    frame = pd.DataFrame({"n": [1, 2, 3], "day": ["2026-01-01", "2026-01-02", "2026-01-03"]})
    entries = [
        ("expect_column_max_to_be_between", {"column": "n"}),
        ("expect_column_max_to_be_between", {"column": "day", "min_value": "2026-01-01", "max_value": "2026-01-02"}),
        ("expect_column_values_to_not_be_null", {"column": "n", "row_condition": "day > '2026-01-01'"}),
        ("expect_column_max_to_be_between", {"column": "n", "max_value": 2}),
    ]
    suite = {
        "name": "x",
        "expectations": [{"type": name, "kwargs": kwargs, "meta": {}, "severity": "critical"} for name, kwargs in entries],
    }
    data = _stored(frame, tmp_path / "x.csv")
    contract = _imported(suite, data, tmp_path)
    told = call("check", data, "--contract", contract, "--json").json["expectations"]
    assert [one["success"] for one in told] == [True, False, True, False] == _by_great_expectations(suite, frame)
    assert [one["engine"].partition(" ")[0] for one in told] == [*["great_expectations"] * 3, "duckdb"]
    assert json.loads(call("contract", "export", "gx", contract).out) == suite


def test_columns_that_contracts_have_no_name_for_are_judged_too(tmp_path: Path) -> None:
    """A suite could not be brought along for a column of bytes, of lists, or of nothing but nulls."""
    columns = {
        "bytes": pa.array([b"a", b"b"]),
        "none": pa.nulls(2),
        "list": pa.array([[1], [2, 3]]),
        "two\nlines": pa.array([1, 2]),
    }
    pq.write_table(pa.table(columns), data := tmp_path / "x.parquet")
    suite: dict[str, Any] = {"name": "x", "expectations": []}
    for name in ("bytes", "none", "list"):
        suite["expectations"].append({"type": "expect_column_values_to_not_be_null", "kwargs": {"column": name}})
    answer = call("check", data, "--contract", _imported(suite, data, tmp_path), "--json").json
    assert [one["success"] for one in answer["expectations"]] == [True, False, True]
    assert [one["check"] for one in answer["findings"] if one["severity"] == "block"] == [
        "expect_column_values_to_not_be_null:none"
    ]
    suite["expectations"][0]["kwargs"]["column"] = "two\nlines"
    (tmp_path / "suite.json").write_text(json.dumps(suite))
    refused = call("contract", "import", "gx", tmp_path / "suite.json", "--data", data, "--out", tmp_path / "new.yaml")
    assert (refused.code, (tmp_path / "new.yaml").exists()) == (1, False)


def test_a_suite_of_earlier_years_is_exported_in_todays_form(frame: pd.DataFrame, tmp_path: Path) -> None:
    """Great Expectations of today would refuse what was exported."""
    entry = {"expectation_type": "expect_column_min_to_be_between", "kwargs": {"column": "score", "min_value": 1, "auto": False}}
    old: dict[str, Any] = {
        "expectation_suite_name": "old",
        "ge_cloud_id": None,
        "data_asset_type": "Dataset",
        "evaluation_parameters": {},
    }
    data = _stored(frame, tmp_path / "loans.parquet")
    contract = _imported({**old, "expectations": [entry], "meta": {}}, data, tmp_path)
    loaded = gx.ExpectationSuite(**json.loads(call("contract", "export", "gx", contract).out))
    assert [one.expectation_type for one in loaded.expectations] == [entry["expectation_type"]]

"""What is left to Great Expectations is known without it, and refused where it could not be judged."""

import json

import pytest
from great_expectations.expectations.registry import get_expectation_impl, list_registered_expectation_implementations

from feature_health.checks.bind import bind_all, catalog
from feature_health.checks.catalog import CATALOG
from feature_health.checks.theirs import THEIRS
from feature_health.contracts.contract import ExpectationSpec
from feature_health.contracts.document import Document
from feature_health.contracts.faults import Fault
from feature_health.profiles.history import Seen
from feature_health.profiles.measure import name_of
from feature_health.profiles.profile import NotMeasured, Profile

OF_EVERY_TYPE = {
    *("id", "meta", "notes", "result_format", "description", "catch_exceptions", "rendered_content", "severity"),
    *("windows", "batch_id", "library_metadata", "row_condition", "condition_parser"),
}


def _faults(name: str, **kwargs: object) -> tuple[Fault, ...]:
    columns = dict.fromkeys(("a", "b"))
    return bind_all({0: ExpectationSpec(type=name, kwargs=kwargs)}, columns, None, document=Document(file="x"))[1]


def test_together_the_catalogs_are_great_expectations_own() -> None:
    """A type that neither judges would be refused although Great Expectations has it, or be promised although it has not."""
    theirs = set(list_registered_expectation_implementations()) - {"expect_feature_health_check"}
    ours_too = {type_.name for type_ in CATALOG} & theirs
    assert {type_.name for type_ in THEIRS} == theirs - ours_too


@pytest.mark.parametrize("type_", THEIRS, ids=lambda type_: str(type_.name))
def test_arguments_are_known_without_importing_it(type_: object) -> None:
    """A misspelt argument would be found at night, by the gate."""
    fields = get_expectation_impl(type_.name).__fields__  # type: ignore[attr-defined]
    known = type_.params.model_fields  # type: ignore[attr-defined]
    assert set(fields) - OF_EVERY_TYPE == set(known) - OF_EVERY_TYPE
    needed = {name for name, field in known.items() if field.is_required()}
    assert needed == {name for name, field in fields.items() if field.required}


def test_a_type_that_nobody_knows_is_refused_with_the_nearest() -> None:
    """Great Expectations itself would drop it and pass."""
    [fault] = _faults("expect_column_value_z_score_to_be_less_than", column="a", threshold=3, double_sided=True)
    assert fault.nearest == "expect_column_value_z_scores_to_be_less_than"


def test_a_misspelt_argument_is_refused() -> None:
    """The check would run without the limit that was meant."""
    [fault] = _faults("expect_column_value_z_scores_to_be_less_than", column="a", treshold=3, threshold=3, double_sided=True)
    assert "treshold" in str(fault)


def test_in_pandas_own_language_great_expectations_judges() -> None:
    """Our engine would look at other rows than were meant."""
    spec = ExpectationSpec(
        type="expect_column_values_to_be_in_set",
        kwargs={"column": "a", "value_set": [1], "row_condition": "b > 1", "condition_parser": "pandas"},
    )
    [bound], faults = bind_all({0: spec}, dict.fromkeys(("a", "b")), None, document=Document(file="x"))
    assert not faults
    [measure] = bound.type.needs(bound.params)
    assert json.loads(measure.kwargs)["condition_parser"] == "pandas"  # type: ignore[union-attr]
    assert not _faults("expect_column_values_to_be_in_set", column="a", value_set=[1], row_condition="b > 1")
    faults = _faults("expect_column_values_to_be_in_set", column="a", value_st=[1], row_condition="b", condition_parser="pandas")
    assert "value_set" in {fault.nearest for fault in faults}


@pytest.mark.parametrize("answer", [{}, {"success": None}, {"success": "yes"}, {"result": {"unexpected_count": 0}}])
def test_an_answer_without_success_is_none(answer: dict[str, object]) -> None:
    """A check that did not run would pass."""
    type_ = next(type_ for type_ in catalog() if type_.name == "expect_column_values_to_be_dateutil_parseable")
    params = type_.params(column="a")
    [measure] = type_.needs(params)
    with pytest.raises(NotMeasured):
        type_.judge(params, Seen(profile=Profile(engine="x", values={name_of(measure): answer})))

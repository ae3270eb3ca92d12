import json
from typing import Any

import pytest
from pydantic import ValidationError

from feature_health.checks.catalog import by_name

KL = "expect_column_kl_divergence_to_be_less_than"
HALVES = [0.5, 0.5]


def params_of(name: str, kwargs: dict[str, Any]) -> Any:
    """The type's arguments, checked."""
    type_ = by_name(name)
    assert type_ is not None
    return type_.params(**kwargs)


def kl(partition_object: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Arguments of a divergence from that."""
    return {"column": "score", "threshold": 0.1, "partition_object": partition_object, **more}


@pytest.mark.parametrize(
    ("name", "kwargs", "because"),
    [
        (KL, kl({"bins": [0, 1, 2], "weights": [0.5, 0.6]}), "the weights add up to 1.1, not to 1"),
        (KL, kl({"bins": [0, 1, 1], "weights": HALVES}), "do not rise"),
        (KL, kl({"bins": [0, 1], "weights": HALVES}), "one more edge than weights"),
        (KL, kl({"values": ["a", "a"], "weights": HALVES}), "listed twice"),
        (KL, kl({"weights": [1.0]}), "give either values or bins"),
        (KL, kl({"bins": [0, ".inf"], "weights": [0.9], "tail_weights": [0.1, 0]}), "bins with finite ends"),
        (KL, kl({"values": ["a"], "weights": [1]}, internal_weight_holdout=0.1), "values have no inside"),
        (KL, kl({"bins": ["-.inf", ".inf"], "weights": [1]}, tail_weight_holdout=0.1), "here there are none"),
        (KL, kl({"bins": [0, 1], "weights": [1]}, bucketize_data=False), "leave it out"),
        (KL, kl({"values": ["a"], "weights": [1]}, threshold=None), "valid number"),
        (KL, kl({"bins": [0, 1], "weights": [1]}, tail_weight_holdout=0.6, internal_weight_holdout=0.6), "more than the whole"),
        ("expect_column_values_to_be_of_type", {"column": "score", "type_": "int46"}, "no column's type is called 'int46'"),
        ("expect_column_values_to_match_strftime_format", {"column": "day", "strftime_format": "%U"}, "%U is not known here"),
        ("expect_column_values_to_match_like_pattern", {"column": "day", "like_pattern": "a", "escape": "!!"}, "at most 1 char"),
        ("expect_column_pair_values_to_be_in_set", {"column_A": "a", "column_B": "b", "value_pairs_set": []}, "at least 1 item"),
        ("expect_table_column_count_to_be_between", {"min_value": 1, "strict_min": True}, "False"),
        ("expect_table_column_count_to_be_between", {"min_value": 1, "row_condition": "score > 1"}, "None"),
    ],
)
def test_arguments_that_check_nothing_or_contradict_themselves_are_refused(
    name: str, kwargs: dict[str, Any], because: str
) -> None:
    """Such an expectation would always pass, always fail, or fail every day without saying why."""
    with pytest.raises(ValidationError, match=because):
        params_of(name, kwargs)


def test_infinite_edges_survive_a_record() -> None:
    """A result with them would be no JSON, which a ledger on PostgreSQL refuses."""
    kwargs = kl({"bins": ["-.inf", 600, ".inf"], "weights": HALVES})
    recorded = json.dumps(params_of(KL, kwargs).model_dump(mode="json", exclude_unset=True), allow_nan=False)
    assert params_of(KL, json.loads(recorded)) == params_of(KL, kwargs)

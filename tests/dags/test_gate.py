"""The gate around tasks of every kind: its graph, its outlet, and the check of the key before the job."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk import DAG, task
from airflow.sdk.exceptions import AirflowFailException

from feature_health.airflow_bridge import asset_of, gate
from feature_health.airflow_bridge.gate import GateMisused
from feature_health.errors import JobUnknown, KeyRefused, PlatformError
from tests.dags.conftest import HERE

pytestmark = pytest.mark.usefixtures("our_contracts")

STEPS = {"stage", "profile", "schema_diff", "expectations", "verdict", "publish", "quarantine"}
STEPS |= {"failing_rows", "raise_incident", "deliver"}
BAD_KEYS = ["../../etc", "2026-6-2", None, "", "x" * 10_000, "2026-02-30", "2026-06-02 ", "2026-06-02\n", "\uff12026-06-02"]


def gated(**arguments: Any) -> DAG:
    """A DAG with one job behind the gate."""
    with DAG("some_dag", schedule=None) as dag:

        @task(**arguments)
        def pull() -> str:
            return "/candidate.csv"

        gate(job="applications", candidate=pull())
    return dag


def check_key(dag: DAG, key: str | None) -> None:
    """What Airflow calls before the job's own code."""
    job: Any = dag.get_task("pull")
    hook = job._pre_execute_hook
    hook({"dag_run": SimpleNamespace(partition_key=key)})


def test_only_publish_tells_waiting_jobs() -> None:
    """A join would start on a partition that was held."""
    outlets = {name: operator.outlets for name, operator in gated().task_dict.items() if operator.outlets}
    assert outlets == {"gate.publish": [asset_of("applications")]}


def test_the_graph_reads_as_the_way_of_a_partition() -> None:
    """Somebody looking at the graph would not see what leads to what, or a step would run before what it needs."""
    dag = gated()
    after = {name: set(operator.downstream_task_ids) for name, operator in dag.task_dict.items()}
    assert after == {
        "pull": {"gate.stage"},
        "gate.stage": {"gate.profile"},
        "gate.profile": {"gate.schema_diff", "gate.expectations"},
        "gate.schema_diff": {"gate.verdict"},
        "gate.expectations": {"gate.verdict"},
        "gate.verdict": {"gate.publish", "gate.quarantine", "gate.failing_rows"},
        "gate.publish": {"gate.deliver"},
        "gate.quarantine": {"gate.raise_incident"},
        "gate.raise_incident": {"gate.deliver"},
        "gate.failing_rows": set(),
        "gate.deliver": set(),
    }


def test_every_step_is_documented_retried_and_reported() -> None:
    """A task without documentation explains nothing; one without policy or callback fails silently or for good."""
    dag = gated()
    for name in STEPS:
        operator = dag.get_task(f"gate.{name}")
        assert operator.doc_md, name
        assert operator.retries == 3, name
        assert operator.on_failure_callback, name
    assert dag.get_task("pull").on_failure_callback
    group: Any = dag.task_group.get_child_by_label("gate")
    assert group.doc_md


def test_failures_of_the_platform_are_tried_again_and_misuse_is_not() -> None:
    """A locked ledger would hold a night's run, or a refused release would be tried three times."""
    policy: Any = gated().get_task("gate.stage").retry_policy
    assert policy.evaluate(PlatformError("locked"), 1, 3).action.value == "retry"
    assert policy.evaluate(KeyRefused("no"), 1, 3).action.value == "fail"


@pytest.mark.parametrize("key", BAD_KEYS, ids=lambda key: repr(key)[:20])
def test_a_bad_key_is_refused_before_the_job(key: str | None) -> None:
    """The job would write below a path made of the key, or a partition under two names."""
    with pytest.raises(AirflowFailException, match="Partition key") as refused:
        check_key(gated(), key)
    assert len(str(refused.value)) < 300


def test_a_canonical_key_passes() -> None:
    """No partition would ever be made."""
    check_key(gated(), "2026-06-02")


def test_the_jobs_own_hook_still_runs_but_after_the_key() -> None:
    """Wrapping a job would take away what its author hung on it."""
    seen: list[Any] = []
    dag = gated(pre_execute=seen.append)
    with pytest.raises(AirflowFailException):
        check_key(dag, "2026-6-2")
    assert not seen
    check_key(dag, "2026-06-02")
    assert len(seen) == 1


def test_a_foreign_dag_is_wrapped_in_three_lines(read_dags: Callable[[Path], Any]) -> None:
    """An existing DAG with classic operators could not be put behind the gate, or would go on after a held partition."""
    bag = read_dags(HERE / "foreign")
    assert not bag.import_errors
    dag = bag.dags["nightly_scores"]
    assert {f"gate.{step}" for step in STEPS} < set(dag.task_ids)
    assert dag.get_task("export").downstream_task_ids == {"gate.stage"}
    assert dag.get_task("train").upstream_task_ids == {"gate.publish"}
    assert dag.get_task("gate.publish").outlets == [asset_of("applications")]


def test_two_gates_fit_into_one_dag() -> None:
    """A DAG that makes two tables could gate only one of them."""
    with DAG("two", schedule=None) as dag:

        @task
        def pull() -> str:
            return "/candidate.csv"

        gate(job="applications", candidate=pull())
        gate(job="bureau", candidate=pull.override(task_id="other")())
    assert {"gate.verdict", "gate__1.verdict"} < set(dag.task_ids)
    publish: Any = dag.get_task("gate__1.publish")
    assert "gate__1.stage" in publish.op_args[1]


def test_a_mapped_task_is_refused() -> None:
    """Many candidates of one partition would overwrite each other's verdicts."""
    with DAG("mapped", schedule=None):

        @task
        def pull(part: int) -> str:
            return f"/{part}.csv"

        with pytest.raises(GateMisused, match="mapped"):
            gate(job="applications", candidate=pull.expand(part=[1, 2]))


def test_a_job_without_contract_is_an_import_error() -> None:
    """A job would run unjudged because its name is misspelt."""
    with DAG("misspelt", schedule=None):

        @task
        def pull() -> str:
            return "/candidate.csv"

        with pytest.raises(JobUnknown, match=r"aplications\.yaml"):
            gate(job="aplications", candidate=pull())

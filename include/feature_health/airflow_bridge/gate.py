"""The gate as a task group around an existing job: three lines in a DAG file, whichever kind of task makes the candidate.

A held partition's run is green, with `quarantine` done and `publish` skipped; red means that we broke.
What a DAG puts after the gate follows `publish`, and is skipped with it. No rule about data lies here.
"""

from airflow.sdk import BaseOperator, Label, TaskGroup, XComArg, task

from feature_health.airflow_bridge import failures, tasks
from feature_health.airflow_bridge.configuration import contract_of
from feature_health.airflow_bridge.key_check import refuse_other_keys
from feature_health.airflow_bridge.schedule import asset_of
from feature_health.errors import CallerError

_TOOLTIP = "Judges {job}'s candidate; decisioning reads it only after publish"
_DOC = """Everything between the job and decisioning, for **{job}**: {about}

`verdict` leads to `publish` (decisioning may read it, waiting jobs hear of it) or to `quarantine` (it waits, people are told).
Both are green. A red task means that the platform failed, not the data: it is tried again {retries} times, and then reported.

Promised by its contract of `{owner}`, tier {tier}. A person may release a held revision: DAG `release_quarantine`.
"""


class GateMisused(CallerError):
    """`gate` was given something that is no task's result."""


def gate(job: str, candidate: XComArg | BaseOperator) -> XComArg:
    """Put the gate behind the task whose result is the path or URL of the job's candidate; call it inside a DAG.

    Returns the result of `publish` (the revision's name): what is put after it runs only for published partitions.
    Raises JobUnknown, ContractInvalid or GateMisused, which Airflow shows as the DAG's import error.
    """
    result, operator = _result_of(job, candidate)
    contract = contract_of(job)
    refuse_other_keys(operator, contract.partition)
    operator.on_failure_callback = [*(operator.on_failure_callback or ()), failures.reporter(job)]
    doc = _DOC.format(job=job, about=contract.about, owner=contract.owner, tier=contract.policy.tier, retries=failures.RETRIES)
    with TaskGroup(group_id="gate", tooltip=_TOOLTIP.format(job=job), doc_md=doc, add_suffix_on_collision=True) as group:
        published = _tasks(job, result)
    failures.report_killed(group.dag, job, {operator.task_id, *group.children})
    return published


def _tasks(job: str, candidate: XComArg) -> XComArg:
    """The tasks and their order; each hop costs about a second, so there are seven. Nothing waits for the failing rows."""
    shared = failures.arguments(job)
    staged = task(**shared)(tasks.stage)(job, candidate)
    # By name, not by value: a value would draw an edge from `stage` to every task.
    revision = f"{{{{ ti.xcom_pull(task_ids='{staged.operator.task_id}') }}}}"
    profiled = task(**shared)(tasks.profile)(revision)
    checked = [task(**shared)(function)(revision) for function in (tasks.schema_diff, tasks.expectations)]
    verdict = task.branch(**shared, map_index_template=tasks.LABEL)(tasks.verdict)(revision)
    published = task(**shared, outlets=[asset_of(job)])(tasks.publish)(job, revision)
    held = task(**shared)(tasks.quarantine)(revision)
    raised = task(**shared)(tasks.raise_incident)(revision)
    told = task(**shared)(tasks.failing_rows)(revision)
    delivered = task(**shared, trigger_rule="none_failed_min_one_success")(tasks.deliver)()
    staged >> profiled >> checked >> verdict
    verdict >> Label("may be read") >> published >> delivered
    verdict >> Label("held") >> held >> raised >> delivered
    verdict >> Label("rows fail") >> told
    return published


def _result_of(job: str, candidate: XComArg | BaseOperator) -> tuple[XComArg, BaseOperator]:
    """The result to judge and the task that makes it; a classic operator's result is what it returns."""
    result = candidate.output if isinstance(candidate, BaseOperator) else candidate
    operator = getattr(result, "operator", None)
    if not isinstance(operator, BaseOperator):
        raise GateMisused(
            f"gate(job={job!r}) was given {type(candidate).__name__}. Give it a task, or what calling a @task function returns; "
            "a mapped task makes many candidates, and each partition has one."
        )
    return result, operator

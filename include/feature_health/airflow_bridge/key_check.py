"""The check of a run's partition key before the lender's job does anything; it hangs on the job's own task and costs no hop."""

from collections.abc import Callable

from airflow.sdk import BaseOperator, Context
from airflow.sdk.exceptions import AirflowFailException

from feature_health.contracts.keys import PartitionScheme
from feature_health.errors import KeyRefused

Hook = Callable[[Context], None]


def refuse_other_keys(operator: BaseOperator, scheme: PartitionScheme) -> None:
    """Make the task fail at once, without a retry, when the run's key is not canonical. A hook of its own runs afterwards."""
    before: Hook | None = operator._pre_execute_hook  # noqa: SLF001 - only its constructor sets it, and the task exists already

    def check_key(context: Context) -> None:
        try:
            scheme.first_day(context["dag_run"].partition_key)
        except KeyRefused as error:
            raise AirflowFailException(str(error)) from error
        if before is not None:
            before(context)

    operator._pre_execute_hook = check_key  # noqa: SLF001 - as above

"""Our expectation types inside Great Expectations: one class that carries any of them by name, measured by our engine.

Import this module, and a suite that holds `expect_feature_health_check` loads and validates in plain Great Expectations. Without
the import Great Expectations leaves such expectations out of the suite and says so only in its log.
"""

import tempfile
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
from great_expectations.compatibility import pydantic
from great_expectations.execution_engine.execution_engine import ExecutionEngine
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation
from pydantic import ValidationError

from feature_health.checks.catalog import CATALOG, by_name
from feature_health.checks.expectation import ExpectationType, Outcome, Params
from feature_health.contracts.faults import nearest
from feature_health.engines.duckdb.engine import DuckDbEngine
from feature_health.errors import CallerError
from feature_health.profiles.history import Seen
from feature_health.profiles.profile import NotMeasured


class ExpectFeatureHealthCheck(BatchExpectation):
    """One expectation of ours: `type` is its name, `kwargs` what a contract would write.

    Validating raises CallerError when the batch is no pandas frame, or when the check reads other partitions or their history,
    which a batch by itself does not have: Great Expectations then calls it failed.
    """

    type: str
    kwargs: dict[str, Any] = {}  # noqa: RUF012 - pydantic copies defaults

    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id",)
    success_keys: ClassVar[tuple[str, ...]] = ("type", "kwargs")
    args_keys: ClassVar[tuple[str, ...]] = ("type", "kwargs")

    @pydantic.root_validator(skip_on_failure=True)
    def _is_one_of_ours(cls, values: dict[str, Any]) -> dict[str, Any]:  # noqa: N805 - pydantic's validators are class methods
        bound(values["type"], values["kwargs"])
        return values

    def _validate(
        self,
        metrics: dict[str, Any],  # noqa: ARG002 - we take measures of our own
        runtime_configuration: dict[str, Any] | None = None,  # noqa: ARG002 - the result is small in every format
        execution_engine: ExecutionEngine[Any] | None = None,
    ) -> dict[str, Any]:
        type_, params = bound(self.type, self.kwargs)
        outcome = judged(type_, params, execution_engine)
        return {"success": outcome.success, "result": _result(outcome)}


def bound(name: str, kwargs: dict[str, Any]) -> tuple[ExpectationType[Any], Params]:
    """The type and its arguments; raises ValueError that says what is wrong and what was probably meant."""
    type_ = by_name(name)
    if type_ is None:
        meant = nearest(name, tuple(known.name for known in CATALOG))
        raise ValueError(f"{name!r} is no expectation of feature-health" + (f"; did you mean {meant!r}?" if meant else ""))
    try:
        return type_, type_.params.model_validate(kwargs)
    except ValidationError as error:
        raise ValueError(f"{name} does not take these arguments: {error}") from error


def judged(type_: ExpectationType[Any], params: Params, engine: ExecutionEngine[Any] | None) -> Outcome:
    """What our engine and judge say of the batch; raises CallerError when they cannot say anything."""
    if not isinstance(engine, PandasExecutionEngine):
        raise CallerError(f"Validating {type_.name}: the batch is no pandas frame. Use one, or `feature-health check`.")
    with tempfile.TemporaryDirectory(prefix="feature-health-gx-") as folder:
        file = Path(folder) / "batch.parquet"
        _write(engine.get_domain_records(domain_kwargs={}), file)
        profile = DuckDbEngine().profile(file, type_.needs(params), {})
    try:
        return type_.judge(params, Seen(profile=profile))
    except NotMeasured as error:
        raise CallerError(f"Validating {type_.name}: it could not be checked: {error}.") from error


def _write(frame: pd.DataFrame, file: Path) -> None:
    try:
        frame.to_parquet(file, index=False)
    except (TypeError, ValueError) as error:
        told = f"Writing the batch as Parquet: a column holds values of several kinds ({type(error).__name__}). Give it one type."
        raise CallerError(told) from None  # its own words may quote what a row holds


def _result(outcome: Outcome) -> dict[str, Any]:
    """Counts of rows under Great Expectations' own names, where rows were counted; why it failed, or could not yet be judged."""
    counts = outcome.observed if isinstance(outcome.observed, dict) and "unexpected_count" in outcome.observed else {}
    because = {} if outcome.success and not outcome.too_early else {"details": {"because": outcome.because}}
    return {**counts, "observed_value": outcome.observed, **because}

"""What a file's expectations came to, as Great Expectations' validation result: for whoever has tools that read these. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from feature_health.checks.finding import ExpectationResult, Finding
from feature_health.checks.schema_diff import READABLE
from feature_health.checks.stated import stated
from feature_health.checks.suites import config, suite_of
from feature_health.contracts.contract import Contract
from feature_health.contracts.severity import Ruling

_COUNTED = "unexpected_count"


def validation_result(
    contract: Contract,
    results: Sequence[ExpectationResult],
    findings: Sequence[Finding],
    *,
    ruling: Ruling,
    left_out: Sequence[str],
    at: datetime,
    file: str,
) -> dict[str, Any]:
    """The record, ready for JSON. An expectation that could not run, or was left out, is one that raised, and so has failed.

    `success` is that of all expectations, as it is there, and false as well where the file would be held for what no expectation
    says, such as having no rows: whoever reads no more of the record must not read on.
    """
    reasons = {finding.check: finding.because for finding in findings if finding.kind == "unable"}
    reasons |= dict.fromkeys(left_out, "left out: it reads other partitions")
    entries = list(_entries(contract, results, reasons))
    met = sum(entry["success"] for entry in entries)
    return {
        "success": met == len(entries) and ruling.may_publish,
        "suite_name": suite_of(contract).name,
        "suite_parameters": {},
        "id": None,
        "results": entries,
        "statistics": {
            "evaluated_expectations": len(entries),
            "successful_expectations": met,
            "unsuccessful_expectations": len(entries) - met,
            "success_percent": 100 * met / len(entries) if entries else None,
        },
        "meta": {
            "run_id": {"run_name": file, "run_time": at.isoformat()},
            "feature_health": {"job": contract.job, "contract": contract.digest, "ruling": ruling.value},
        },
    }


def _entries(contract: Contract, results: Sequence[ExpectationResult], reasons: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """One for each expectation of the contract, in its order; those that were left out have no result."""
    judged = iter(results)
    for each in stated(contract):
        left_out = each.check in reasons and reasons[each.check].startswith("left out")
        result = None if left_out else next(judged)
        ran = result is not None and result.success is not None
        yield {
            "success": bool(result and result.success),
            "expectation_config": config(each.spec),
            "result": _result(result.observed) if result and ran else {},
            "meta": {"engine": result.engine} if result else {},
            "exception_info": {
                "raised_exception": not ran,
                "exception_message": None if ran else reasons.get(each.check) or reasons.get(READABLE, "it could not be checked"),
                "exception_traceback": None if ran else "",  # its pages print it
            },
        }


def _result(observed: object) -> dict[str, Any]:
    """Counts under Great Expectations' own names where rows were counted, else the one observed value."""
    if isinstance(observed, Mapping) and _COUNTED in observed and "element_count" in observed:
        return dict(observed)
    return {"observed_value": observed}

"""Great Expectations on pandas with suite.json, which states the contract's 43 expectations. Prints what it cost."""

import json
import logging
import sys
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

import great_expectations as gx
import pandas as pd
from great_expectations.data_context.types.base import ProgressBarsConfig

SUITE = Path(__file__).parents[1] / "suite.json"


def main(path: str) -> None:
    """Read with pandas, validate without row examples."""
    logging.disable(logging.CRITICAL)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    written = json.loads(SUITE.read_text())
    listed = [entry | {"meta": {"position": position}} for position, entry in enumerate(written["expectations"])]
    suite = gx.ExpectationSuite(name=written["name"], expectations=listed)
    assert len(suite.expectations) == len(listed), "it leaves out, silently, whatever it does not know"
    source = context.data_sources.add_pandas("bench").add_dataframe_asset("table").add_batch_definition_whole_dataframe("all")
    batch = source.get_batch({"dataframe": pd.read_parquet(path)})
    before = getrusage(RUSAGE_SELF)
    result = batch.validate(suite, result_format="BASIC")
    after = getrusage(RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    failed = sorted(one.expectation_config.meta["position"] for one in result.results if not one.success)
    print(json.dumps({"cpu_s": cpu, "checks": len(result.results), "failed": failed}))


if __name__ == "__main__":
    main(sys.argv[1])

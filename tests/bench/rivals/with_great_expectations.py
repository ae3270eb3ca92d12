"""Great Expectations on pandas with the contract's 43 expectations, as its users write them. Prints what it cost."""

import json
import logging
import sys
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

import great_expectations as gx
import pandas as pd
import yaml
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.expectations.registry import get_expectation_impl

CONTRACT = Path(__file__).parents[1] / "contract.yaml"


def main(path: str) -> None:
    """Read with pandas, validate without row examples."""
    logging.disable(logging.CRITICAL)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    listed = yaml.safe_load(CONTRACT.read_text())["expectations"]
    suite = gx.ExpectationSuite(name="bench")
    for position, entry in enumerate(listed):
        [(name, kwargs)] = entry.items()
        suite.add_expectation(get_expectation_impl(name)(**kwargs, meta={"position": position}))
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

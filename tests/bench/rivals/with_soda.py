"""Soda Core on DuckDB with what it can say of the 43 expectations. Prints what it cost. Runs in an environment of its own.

Left out are those that its contracts have no check for: standard deviation, quantiles, median, KL divergence, proportions, most
common values, and sets that must be complete.
"""

import json
import logging
import os
import sys
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

import duckdb
import yaml

os.environ["SODA_CORE_TELEMETRY_ENABLED"] = "false"  # it would call its maker otherwise

CONTRACT = Path(__file__).parents[1] / "contract.yaml"
TYPES = {"string": "varchar", "date": "date", "timestamp": "timestamp", "decimal": "double", "boolean": "boolean"}
INTEGERS = {"customer_id": "bigint", "hour_of_day": "smallint"}


def column_check(name: str, given: dict) -> dict | None:
    """Soda's check of a column that says the same as the expectation, or None."""
    if name == "expect_column_values_to_not_be_null":
        return {"missing": {}}
    if name == "expect_column_values_to_be_unique":
        return {"duplicate": {}}
    if name == "expect_column_values_to_match_regex":
        return {"invalid": {"valid_format": {"name": "form", "regex": given["regex"]}}}
    if name == "expect_column_value_lengths_to_equal":
        return {"invalid": {"valid_length": given["value"]}}
    if name in {"expect_column_values_to_be_in_set", "expect_column_distinct_values_to_be_in_set"}:
        return {"invalid": {"valid_values": given["value_set"]}}
    if name == "expect_column_values_to_be_between" and not isinstance(given["min_value"], str):
        bounds = {"valid_min": given["min_value"], "valid_max": given["max_value"]}
        most = {"threshold": {"metric": "percent", "must_be_less_than": 100 * (1 - given["mostly"])}} if "mostly" in given else {}
        return {"invalid": bounds | most}
    if name in {"expect_column_mean_to_be_between", "expect_column_max_to_be_between"}:
        function = "avg" if "mean" in name else "max"
        between = {"greater_than_or_equal": given["min_value"], "less_than_or_equal": given["max_value"]}
        return {"aggregate": {"function": function, "threshold": {"must_be_between": between}}}
    return None


def table_check(name: str, given: dict) -> dict | None:
    """Soda's check of the table that says the same as the expectation, or None."""
    if name == "expect_table_row_count_to_be_between":
        between = {"greater_than_or_equal": given["min_value"], "less_than_or_equal": given["max_value"]}
        return {"row_count": {"threshold": {"must_be_between": between}}}
    if name == "expect_table_columns_to_match_ordered_list":
        return {"schema": {}}
    if name == "expect_compound_columns_to_be_unique":
        return {"duplicate": {"columns": given["column_list"]}}
    if name == "expect_column_pair_values_a_to_be_greater_than_b":
        return {"failed_rows": {"expression": f"{given['column_A']} < {given['column_B']}"}}
    if name == "expect_column_values_to_be_between" and isinstance(given["min_value"], str):
        low, high = given["min_value"], given["max_value"]
        return {"failed_rows": {"expression": f"{given['column']} NOT BETWEEN TIMESTAMP '{low}' AND TIMESTAMP '{high}'"}}
    return None


def soda_contract(contract: dict) -> tuple[str, int]:
    """Soda's contract, and how many of the expectations it says."""
    columns = {
        name: {"name": name, "data_type": TYPES.get(shape["type"], INTEGERS.get(name, "integer")), "checks": []}
        for name, shape in contract["columns"].items()
    }
    whole, said = [], 1  # 1: the number of columns, by the schema check
    for number, entry in enumerate(contract["expectations"]):
        [(name, given)] = entry.items()
        check = column_check(name, given)
        checks = columns[given["column"]]["checks"] if check else whole
        check = check or table_check(name, given)
        if check is None:
            continue
        [(kind, arguments)] = check.items()
        checks.append({kind: arguments if kind == "schema" else arguments | {"qualifier": f"n{number}"}})
        said += 1
    listed = [{name: part for name, part in column.items() if part} for column in columns.values()]
    return yaml.safe_dump({"dataset": "bench/main/bench", "columns": listed, "checks": whole}, sort_keys=False), said


def main(path: str) -> None:
    """Verify the contract on a view over the file."""
    from soda_core.common.yaml import ContractYamlSource
    from soda_core.contracts.contract_verification import ContractVerificationSession
    from soda_duckdb.common.data_sources.duckdb_data_source import DuckDBDataSourceImpl

    logging.disable(logging.CRITICAL)
    text, said = soda_contract(yaml.safe_load(CONTRACT.read_text()))
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    connection.execute(f"CREATE VIEW bench AS SELECT * FROM '{path}'")
    before = getrusage(RUSAGE_SELF)
    result = ContractVerificationSession.execute(
        contract_yaml_sources=[ContractYamlSource.from_str(text)],
        data_source_impls=[DuckDBDataSourceImpl.from_existing_cursor(connection, name="bench")],
    )
    after = getrusage(RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    [one] = result.contract_verification_results
    outcomes = [check.outcome.name for check in one.check_results]
    failed = [str(check.check.name) for check in one.check_results if check.outcome.name == "FAILED"]
    print(json.dumps({"cpu_s": cpu, "checks": said, "failed": failed, "unevaluated": outcomes.count("NOT_EVALUATED")}))


if __name__ == "__main__":
    main(sys.argv[1])

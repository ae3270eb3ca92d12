"""DuckDB's errors in words: whose fault it is, and nothing of what a row holds."""

import duckdb
import pytest

from feature_health.engines.duckdb.reasons import reason
from feature_health.errors import EngineFailed


@pytest.mark.parametrize(
    "error",
    [
        duckdb.ConversionException("Conversion Error: Could not convert string 'secret' to INT32"),
        duckdb.OutOfRangeException("Out of Range Error: Overflow in multiplication of secret"),
        duckdb.InvalidInputException('Invalid Input Error: Could not parse string "secret" according to format'),
        duckdb.ConstraintException("secret"),
    ],
)
def test_what_may_quote_a_row_is_put_into_our_words(error: duckdb.Error) -> None:
    """An applicant's data would stand in the ledger, in Slack and in the logs."""
    assert "secret" not in reason(error)
    assert type(error).__name__ in reason(error)


def test_what_speaks_of_the_contract_is_passed_on_without_its_picture() -> None:
    """An analyst would have to guess which word of the contract DuckDB did not know."""
    error = duckdb.BinderException('Binder Error: Referenced column "scor" not found\n\nLINE 1: SELECT scor\n               ^')
    assert reason(error) == 'Binder Error: Referenced column "scor" not found'


@pytest.mark.parametrize(
    "error",
    [
        duckdb.OutOfMemoryException("Out of Memory Error: failed to allocate data"),
        duckdb.InternalException("INTERNAL Error: assertion"),
        duckdb.IOException("IO Error: Could not write file: No space left on device"),
    ],
)
def test_the_machines_faults_are_not_the_datas(error: duckdb.Error) -> None:
    """A full disk would hold a good partition and be told as the vendor's fault."""
    with pytest.raises(EngineFailed, match="more memory or disk"):
        reason(error)

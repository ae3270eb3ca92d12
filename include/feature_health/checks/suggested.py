"""A suggested contract as its file's text: every limit on a line of its own, with its evidence as a comment. Pure."""

from collections.abc import Iterator

from feature_health.checks.suggest import Suggestion
from feature_health.contracts.written import line


def contract_text(suggestion: Suggestion, *, job: str) -> str:
    """The text; it is linted, and lacks what only people know."""
    return "\n".join(_lines(suggestion, job)) + "\n"


def _lines(suggestion: Suggestion, job: str) -> Iterator[str]:
    least, most = suggestion.rows
    yield "# Suggested from data: every limit below was kept by all of it. Read each, and say why it holds."
    yield from (f"# To do: {remark}." for remark in suggestion.remarks)
    yield f"job: {job}"
    yield "about: To be written, what one row is and who reads it."
    yield "owner: nobody yet"
    yield "tier: 2"
    if suggestion.by:
        scheme = {"by": suggestion.by, "timezone": "UTC", "ready_by": "06:00", "column": suggestion.partition_column}
        yield f"partition: {line(scheme)}  # time zone and deadline are guesses"
    if suggestion.key:
        yield f"key: {line(list(suggestion.key))}  # unique and never null in all of it"
    yield "columns:"
    for name, (shape, evidence) in suggestion.columns.items():
        yield f"  {line(name)}: {line(dict(shape))}  # {evidence}"
    yield f"rows: {line({'row_count_min': least, 'row_count_max': most})}  # of {suggestion.partitions} partitions, with room"
    if suggestion.freshness:
        column, hours, evidence = suggestion.freshness
        yield f"freshness: {line({'column': column, 'age_hours_max': hours})}  # {evidence}"
    yield "expectations:"
    for one in suggestion.expectations:
        yield f"  - {one.type}: {line(dict(one.kwargs))}  # {one.evidence}"
    if not suggestion.expectations:
        yield f"  - expect_table_row_count_to_be_between: {line({'min_value': least, 'max_value': most})}  # all that stood out"

"""A query of the contract's own over `{batch}` returns no row: whatever it returns is wrong."""

from string import Formatter
from typing import Annotated

from pydantic import AfterValidator

from feature_health.checks.expectation import ExpectationType, Outcome, Params
from feature_health.profiles.history import Seen
from feature_health.profiles.measure import QueryCount


def _reads_the_batch(query: str) -> str:
    try:
        fields = [field for _, field, _, _ in Formatter().parse(query) if field is not None]
    except ValueError as error:
        raise ValueError(f"a brace has no partner ({error}); write {{{{ and }}}} for braces that are meant as such") from error
    if set(fields) != {"batch"}:
        raise ValueError(f"it must read from {{batch}} and name nothing else in braces, but names {fields or 'nothing'}")
    return query.rstrip("; \t\r\n\v\f")


class QueryParams(Params):
    """A SELECT; `{batch}` stands for the candidate's rows."""

    unexpected_rows_query: Annotated[str, AfterValidator(_reads_the_batch)]


def query(params: QueryParams) -> QueryCount:
    """The query, over the rows that the row condition keeps."""
    if params.row_condition is None:
        return QueryCount(query=params.unexpected_rows_query)
    condition = params.row_condition.replace("{", "{{").replace("}", "}}")
    batch = f"(SELECT * FROM {{batch}} WHERE (\n{condition}\n))"  # noqa: S608 - the contract's own condition on its own query
    return QueryCount(query=params.unexpected_rows_query.replace("{batch}", batch))


def judge(params: QueryParams, seen: Seen) -> Outcome:
    """Success when there is none."""
    count = seen[query(params)]
    return Outcome(
        success=count == 0,
        observed=count,
        because=f"{count:,} rows are returned by: {' '.join(params.unexpected_rows_query.split())}",
        evidence={"unexpected_count": count},
    )


EXPECTATION = ExpectationType(
    name="unexpected_rows_expectation",
    params=QueryParams,
    needs=lambda params: (query(params),),
    judge=judge,
    columns=lambda _: (),
)

"""Runs a job's SQL over its deliveries or published inputs and writes the candidate.

A job's SQL file creates the table `promised` (the vendor's fields, as text), may define macros, and ends with one SELECT over
`records`, which is `promised` and what was really delivered, united by name. Knows neither jobs nor fields.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from upath import UPath

from lending.errors import InputUnusable
from lending.jobs.deliveries import FILE, ROWS_DECLARED, ROWS_READ, find, load
from lending.jobs.partitions import confined
from lending.settings import Settings
from lending.sql import connect, identifier, literal, write_parquet

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: Where a SELECT puts the fields that a vendor delivers beyond its promise.
ADDITIONS: Final = "/* :additions */"

_APART: Final = "addition_"
_SPLIT: Final = ("_value", "_reason")


def from_feed(
    job: str,
    partition_key: str,
    *,
    feed: str,
    settings: Settings | None,
    opened_blocks: Collection[str] = (),
    prepare: "Callable[[DuckDBPyConnection], None] | None" = None,
) -> str:
    """Read the deliveries of `feed` for the key, run the job's SQL and return where the candidate lies.

    Columns whose field no delivery has are left out, and fields beyond the promise are appended as text, so that the gate sees
    both. `prepare` may make tables of the lender's own that the SQL reads.
    """
    settings = settings or Settings.from_environment()
    key = confined(partition_key)
    with connect() as connection:
        delivered = load(connection, find(settings.landing, feed, key), opened_blocks=opened_blocks)
        if prepare:
            prepare(connection)
        *preparation, select = _statements(connection, settings, job)
        for statement in preparation:
            connection.execute(statement)
        promised = _columns(connection, "promised")
        additions = [name for name in delivered if name not in promised]
        _make_records(connection, additions)
        _make_features(connection, select, additions)
        absent = set(promised) - set(delivered) - {FILE, ROWS_DECLARED, ROWS_READ}
        return _write(
            connection, job, key, settings, kept=[name for name in _columns(connection, "features") if _field(name) not in absent]
        )


def from_inputs(
    job: str, partition_key: str, *, inputs: Mapping[str, str], needs: Sequence[str], settings: Settings | None
) -> str:
    """Run the job's SQL over the published partitions `inputs` (job -> path) and return where the candidate lies; raises
    InputUnusable.
    """
    import duckdb

    settings = settings or Settings.from_environment()
    key = confined(partition_key)
    if missing := [name for name in needs if name not in inputs]:
        raise InputUnusable(
            f"{job} of {key} needs the published partitions of {', '.join(needs)}; none was given for {', '.join(missing)}."
        )
    with connect() as connection:
        for name in needs:
            _open_input(connection, name, UPath(inputs[name]))
        *preparation, select = _statements(connection, settings, job)
        try:
            for statement in preparation:
                connection.execute(statement)
            connection.execute(f"CREATE TEMP TABLE features AS {select}")
        except duckdb.BinderException as error:
            raise InputUnusable(
                f"{job} of {key} cannot be built: a published input lacks a column that it reads ({str(error).splitlines()[0]}). "
                "Publish a revision of that input which has the column, then run this partition again."
            ) from error
        return _write(connection, job, key, settings, kept=_columns(connection, "features"))


def _statements(connection: "DuckDBPyConnection", settings: Settings, job: str) -> list[str]:
    return [statement.query for statement in connection.extract_statements(sql_of(settings, job))]


def sql_of(settings: Settings, job: str) -> str:
    """The job's SQL as it is run: that of the folder in the settings where it has one, the installed one otherwise."""
    if settings.sql and (instead := settings.sql / settings.source / f"{job}.sql").is_file():
        return instead.read_text(encoding="utf-8")
    return files("lending.jobs").joinpath(settings.source, f"{job}.sql").read_text(encoding="utf-8")


def _columns(connection: "DuckDBPyConnection", table: str) -> list[str]:
    return [name for name, *_ in connection.execute(f"DESCRIBE {table}").fetchall()]


def _make_records(connection: "DuckDBPyConnection", additions: Sequence[str]) -> None:
    """Create the view `records`, in which additions have names that no job's SQL uses, whatever the vendor called them."""
    apart = ", ".join(f"{identifier(name)} AS {identifier(_APART + name)}" for name in additions)
    delivered = f"FROM delivery SELECT * RENAME ({apart})" if apart else "FROM delivery"
    connection.execute(f"CREATE TEMP VIEW records AS FROM promised UNION ALL BY NAME {delivered}")


def _make_features(connection: "DuckDBPyConnection", select: str, additions: Sequence[str]) -> None:
    """Create the table `features`; an addition that has the name of one of our own columns is prefixed with `delivered_`."""
    own = {name for name, *_ in connection.execute(f"DESCRIBE {select}").fetchall()}
    named = (f", {identifier(_APART + name)} AS {identifier(f'delivered_{name}' if name in own else name)}" for name in additions)
    connection.execute(f"CREATE TEMP TABLE features AS {select.replace(ADDITIONS, ''.join(named))}")


def _field(column: str) -> str:
    """The vendor's field that a column of ours comes from: `rev_util_value` and `rev_util_reason` both from `rev_util`."""
    for suffix in _SPLIT:
        column = column.removesuffix(suffix)
    return column


def _open_input(connection: "DuckDBPyConnection", name: str, path: UPath) -> None:
    import duckdb

    from lending.jobs.deliveries import local_copy

    try:
        with local_copy(path) as local:
            connection.execute(f"CREATE TEMP TABLE {identifier(name)} AS SELECT * FROM read_parquet({literal(local)})")  # noqa: S608 - quoted
    except (duckdb.Error, OSError) as error:
        raise InputUnusable(
            f"The published partition of {name} at {path} cannot be read. Check the store it was published to."
        ) from error


def _write(connection: "DuckDBPyConnection", job: str, key: str, settings: Settings, *, kept: Iterable[str]) -> str:
    """Rows in the order of all their columns: the order of delivery is the vendor's whim and must not change the bytes."""
    target = settings.candidates / job / f"{key}.parquet"
    write_parquet(connection, f"SELECT {', '.join(identifier(name) for name in kept)} FROM features ORDER BY ALL", target)  # noqa: S608 - quoted
    return str(target)

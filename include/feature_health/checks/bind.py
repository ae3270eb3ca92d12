"""The second pass over a contract: every expectation meets its type. What Great Expectations would drop silently is a fault here.

Knows the types by what they say of themselves; knows neither files nor measures' values.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from feature_health.checks.expectation import ExpectationType, Params
from feature_health.checks.row_condition import CONDITION, in_sql, only_theirs
from feature_health.contracts.contract import Column, Contract, ExpectationSpec
from feature_health.contracts.document import Document
from feature_health.contracts.faults import Fault, Path
from feature_health.contracts.misfits import misfits

Types = Sequence[ExpectationType[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """An expectation with its type and checked arguments. `position` is its place in the contract, from 0."""

    position: int
    spec: ExpectationSpec
    type: ExpectationType[Any]
    params: Params

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that its arguments name."""
        return self.type.columns(self.params)

    @property
    def kwargs(self) -> dict[str, Any]:
        """The arguments in force: as written, and what a code table added."""
        written = {name: value for name, value in self.spec.kwargs.items() if name in CONDITION}
        return self.params.model_dump(mode="json", exclude_unset=True) | written


def catalog() -> Types:
    """Every expectation type that there is. Imported when asked for: a job's DAG file needs none of them."""
    from feature_health.checks.catalog import CATALOG
    from feature_health.checks.theirs import THEIRS

    return (*CATALOG, *THEIRS)


def bind(contract: Contract, types: Types | None = None) -> tuple[tuple[Bound, ...], tuple[Fault, ...]]:
    """The contract's expectations with their types and arguments, and a fault for each that has no type or wrong arguments."""
    columns = {column.name: column for column in contract.columns}
    lines: dict[Path, int] = {("expectations", position): spec.line for position, spec in enumerate(contract.expectations)}
    return bind_all(dict(enumerate(contract.expectations)), columns, types, document=Document(file=contract.source, lines=lines))


def bind_all(
    specs: Mapping[int, ExpectationSpec], columns: Mapping[str, Column | None], types: Types | None, *, document: Document
) -> tuple[tuple[Bound, ...], tuple[Fault, ...]]:
    """As `bind`, of the expectations that a file has at these positions. Columns known by name alone are None."""
    by_name = {type_.name: type_ for type_ in (catalog() if types is None else types)}
    bound: list[Bound] = []
    faults: list[Fault] = []
    for position, spec in specs.items():
        place = ("expectations", position, spec.type)
        if spec.type not in by_name:
            faults.append(document.unknown(place, spec.type, tuple(by_name), what="an expectation type, one of"))
            continue
        made = _bound(position, spec, by_name[spec.type], columns, document)
        if isinstance(made, Bound):
            bound.append(made)
            faults.extend(_unpromised(made, columns, document, place))
        else:
            faults.extend(made)
    return tuple(bound), tuple(faults)


def _bound(
    position: int,
    spec: ExpectationSpec,
    type_: ExpectationType[Any],
    columns: Mapping[str, Column | None],
    document: Document,
) -> Bound | tuple[Fault, ...]:
    place: Path = ("expectations", position, spec.type)
    given = dict(spec.kwargs) | _from_codes(spec, type_, columns)
    if spec.engine is not None:
        return _judged_elsewhere(position, spec, type_, given, document)
    elsewhere = only_theirs(given)
    try:
        ours = {name: it for name, it in given.items() if name not in CONDITION} if elsewhere else in_sql(given)
        params: Params = type_.params.model_validate(ours)
    except ValidationError as error:
        return misfits(error, type_.params, given, document=document, at=place)
    except ValueError as error:  # a condition that is none
        return (document.fault((*place, "row_condition"), message=str(error)),)
    if elsewhere:
        return _judged_elsewhere(position, spec, type_, given, document)
    return Bound(position=position, spec=spec, type=type_, params=params)


def _judged_elsewhere(
    position: int, spec: ExpectationSpec, type_: ExpectationType[Any], given: Mapping[str, Any], document: Document
) -> Bound | tuple[Fault, ...]:
    """The expectation as Great Expectations' own: only it can read which rows are meant, or make something of the arguments."""
    from feature_health.checks.theirs import ALSO_THEIRS, TheirParams, theirs

    place: Path = ("expectations", position, spec.type)
    if "row_condition" in given and type_.params.model_fields["row_condition"].annotation is type(None):
        return (document.fault((*place, "row_condition"), message=f"{spec.type} takes no row condition"),)
    names = (*type_.params.model_fields, *ALSO_THEIRS)
    if strangers := [name for name in given if name not in names]:
        return tuple(document.unknown((*place, name), name, names, what="one of the keys") for name in strangers)
    return Bound(position=position, spec=spec, type=theirs(spec.type, TheirParams), params=TheirParams.model_validate(given))


def _from_codes(spec: ExpectationSpec, type_: ExpectationType[Any], columns: Mapping[str, Column | None]) -> dict[str, Any]:
    """What the code table of the expectation's column says, for a type that asks for special codes and was not given them."""
    name = spec.kwargs.get("column")
    column = columns.get(name) if isinstance(name, str) else None
    if column is None or column.codes is None or "special_codes" not in type_.params.model_fields:
        return {}
    taken = set(type_.params.model_fields) - set(spec.kwargs)
    return {name: value for name, value in column.codes.arguments().items() if name in taken}


def _unpromised(bound: Bound, columns: Mapping[str, Column | None], document: Document, place: Path) -> Iterable[Fault]:
    for name in dict.fromkeys(bound.columns):
        if name not in columns:
            at = [key for key, value in bound.spec.kwargs.items() if value == name or (isinstance(value, list) and name in value)]
            yield document.unknown((*place, *at[:1]), name, tuple(columns), what="one of the contract's columns")

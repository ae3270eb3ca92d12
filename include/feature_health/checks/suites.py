"""Great Expectations' suite files as a contract's expectations, and back again without loss.

What a contract has no words for (ids, notes, meta, arguments that only steer its output) is kept verbatim beside the expectation.
Knows its files' form, old and new, and never imports it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from feature_health.checks.bind import bind, bind_all
from feature_health.checks.catalog import FOR_LENDING
from feature_health.contracts.contract import FROM_CODES, Column, Contract, ExpectationSpec
from feature_health.contracts.document import Document
from feature_health.contracts.faults import Fault, Plain
from feature_health.contracts.severity import Severity

CARRIER = "expect_feature_health_check"
"""The one class by which our own types travel in suites."""
OURS = "feature_health"
_SEVERITIES = {"critical": Severity.BLOCK, "warning": Severity.WARN, "info": Severity.NOTE}
_WORDS = {severity: word for word, severity in _SEVERITIES.items()}
_OURS_ALONE = frozenset(type_.name for type_ in FOR_LENDING)
_OUTPUT_ONLY = frozenset({"result_format", "include_config", "catch_exceptions", "batch_id"})
_OLD_NAMES = {"expectation_suite_name": "name", "ge_cloud_id": "id", "expectation_type": "type", "expectation_context": "context"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """A suite file: its expectations in its order, and everything else that it says of itself, as written."""

    name: str
    expectations: tuple[ExpectationSpec, ...]
    about: Mapping[str, Any]


def read(text: str, *, file: str) -> tuple[Suite | None, tuple[Fault, ...]]:
    """The suite, None when it has faults, and all of these. Nothing in it is dropped in silence."""
    document = Document(file=file)
    try:
        tree = json.loads(text)
    except ValueError as error:
        return None, (document.fault((), message=f"is not JSON: {error}"),)
    if not isinstance(tree, dict) or not isinstance(tree.get("expectations"), list):
        return None, (document.fault((), message="is no suite: a JSON object with a list of `expectations`"),)
    if not tree["expectations"]:
        return None, (document.fault(("expectations",), message="is empty, so the suite would vouch for nothing"),)
    made = [_spec(entry, position, document) for position, entry in enumerate(tree["expectations"])]
    faults = tuple(one for one in made if isinstance(one, Fault))
    specs = tuple(one for one in made if isinstance(one, ExpectationSpec))
    faults += _misfits(specs, document) if not faults else ()
    about = {str(_OLD_NAMES.get(name, name)): value for name, value in tree.items() if name != "expectations"}
    expectations = _told_apart(tuple(map(_without_codes, specs)))
    suite = Suite(name=str(about.get("name") or "suite"), expectations=expectations, about=about)
    return (None if faults else suite), faults


def suite_of(contract: Contract) -> Suite:
    """The suite that a contract's expectations are: the one that it was made of, or one of the job's name."""
    name = str(contract.suite.get("name") or contract.job)
    completed = {bound.position: bound.kwargs for bound in bind(contract)[0]}
    specs = tuple(_completed(spec, completed.get(position, {})) for position, spec in enumerate(contract.expectations))
    return Suite(name=name, expectations=specs, about=contract.suite)


def _completed(spec: ExpectationSpec, in_force: Mapping[str, Any]) -> ExpectationSpec:
    """With the arguments that come from a code table, since a suite has none; they are named, to be left out again."""
    more = {name: in_force[name] for name in FROM_CODES if name in in_force and name not in spec.kwargs}
    return replace(spec, kwargs={**spec.kwargs, **more}, gx={**spec.gx, "from_codes": list(more)}) if more else spec


def _without_codes(spec: ExpectationSpec) -> ExpectationSpec:
    """As the contract had it: what its code table says is not written there."""
    codes = spec.gx.get("from_codes", ())
    kwargs = {name: value for name, value in spec.kwargs.items() if name not in codes}
    return replace(spec, kwargs=kwargs, gx={name: value for name, value in spec.gx.items() if name != "from_codes"})


def written(suite: Suite) -> dict[str, Any]:
    """The suite as Great Expectations writes it."""
    about = {name: value for name, value in suite.about.items() if name not in {"meta", "notes"}}
    tail = {name: suite.about[name] for name in ("meta", "notes") if name in suite.about}
    return {"name": suite.name, **about, "expectations": [config(spec) for spec in suite.expectations], **tail}


def config(spec: ExpectationSpec) -> dict[str, Any]:
    """One expectation as Great Expectations writes it; a type of ours is carried by its one class."""
    beside = {name: value for name, value in spec.gx.items() if name not in {"kwargs", "repeat", "meta", "from_codes"}}
    kwargs = {**spec.kwargs, **spec.gx.get("kwargs", {})}
    type_ = spec.type
    if _carried(spec):
        type_, kwargs = CARRIER, {"type": spec.type, "kwargs": kwargs}
    description = {"description": spec.about} if spec.about else {}
    return {
        "type": type_,
        "kwargs": kwargs,
        "meta": _meta(spec),
        **description,
        **beside,
        "severity": _WORDS[spec.severity],
    }


def _meta(spec: ExpectationSpec) -> dict[str, Any]:
    """Their meta, and in it what a contract says beside the arguments and a suite has no words for."""
    own: dict[str, Any] = {"for": list(spec.failures)} if spec.failures else {}
    own |= {} if spec.divert else {"divert": False}
    own |= {"engine": spec.engine} if spec.engine else {}
    own |= {"from_codes": spec.gx["from_codes"]} if "from_codes" in spec.gx else {}
    return {**spec.gx.get("meta", {}), **({OURS: own} if own else {})}


def _spec(entry: Plain, position: int, document: Document) -> ExpectationSpec | Fault:
    place = ("expectations", position)
    if not isinstance(entry, dict):
        return document.fault(place, found=entry, message="expected an object with `type` and `kwargs`")
    given: dict[str, Any] = {str(_OLD_NAMES.get(name, name)): value for name, value in entry.items()}
    type_, kwargs, meta = given.pop("type", None), given.pop("kwargs", {}) or {}, given.pop("meta", {}) or {}
    severity, description = given.pop("severity", "critical"), given.pop("description", None)
    if not isinstance(type_, str) or not isinstance(kwargs, dict) or not isinstance(meta, dict):
        return document.fault(place, message="expected a text `type`, and objects `kwargs` and `meta`")
    if severity not in _SEVERITIES:
        return document.unknown((*place, "severity"), severity, tuple(_SEVERITIES), what="one of")
    own = meta.get(OURS, {}) if isinstance(meta.get(OURS), dict) else {}
    carried = type_ == CARRIER
    if carried:
        type_, kwargs = str(kwargs.get("type")), kwargs.get("kwargs") or {}
    about = description if isinstance(description, str) and description.strip() else ""
    beside = {**given, **({} if about or description is None else {"description": description})}
    return ExpectationSpec(
        type=type_,
        kwargs=_with_parser({name: value for name, value in kwargs.items() if not _of_output(name, value)}, carried=carried),
        severity=_SEVERITIES[severity],
        failures=tuple(own.get("for", ())),
        about=about,
        divert=own.get("divert", True),
        engine=own.get("engine"),
        gx=_kept(
            beside | ({"from_codes": own["from_codes"]} if "from_codes" in own else {}),
            kwargs,
            {name: value for name, value in meta.items() if name != OURS},
        ),
    )


def _of_output(name: str, value: object) -> bool:
    """Arguments that decide nothing: how much is printed, and what is not given at all."""
    return name in _OUTPUT_ONLY or value is None


def _kept(beside: Mapping[str, Any], kwargs: Mapping[str, Any], meta: Mapping[str, Any]) -> dict[str, Any]:
    aside = {name: value for name, value in kwargs.items() if _of_output(name, value)}
    return {**beside, **({"kwargs": aside} if aside else {}), **({"meta": meta} if meta else {})}


def _with_parser(kwargs: dict[str, Any], *, carried: bool) -> dict[str, Any]:
    """A condition that is a mere text is in pandas' language there, and in SQL here and in what we carry."""
    bare = not carried and isinstance(kwargs.get("row_condition"), str) and "condition_parser" not in kwargs
    return {**kwargs, "condition_parser": "pandas"} if bare else kwargs


def _carried(spec: ExpectationSpec) -> bool:
    """Whether only our class can say it there: a type of ours, or a row condition in SQL."""
    in_sql = isinstance(spec.kwargs.get("row_condition"), str) and "condition_parser" not in spec.kwargs
    return in_sql or spec.type in _OURS_ALONE


def _misfits(specs: tuple[ExpectationSpec, ...], document: Document) -> tuple[Fault, ...]:
    """What binding would refuse, whatever columns there are."""
    columns: dict[str, Column | None] = dict.fromkeys(columns_of(specs))
    return bind_all(dict(enumerate(specs)), columns, None, document=document)[1]


def columns_of(specs: tuple[ExpectationSpec, ...], *, only: str | None = None) -> Iterator[str]:
    """Every text that an argument of theirs, or only that one, could mean as a column."""
    for spec in specs:
        for value in [spec.kwargs.get(only)] if only else spec.kwargs.values():
            yield from (each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str))


def _told_apart(specs: tuple[ExpectationSpec, ...]) -> tuple[ExpectationSpec, ...]:
    """A suite may state one thing twice, and both are reported; a contract needs something to tell them apart by."""
    repeats = [specs[:position].count(spec) for position, spec in enumerate(specs)]
    return tuple(replace(spec, gx={**spec.gx, "repeat": n + 1}) if n else spec for spec, n in zip(specs, repeats, strict=True))

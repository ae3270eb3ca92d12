"""Great Expectations' suite files as a contract's expectations, and back again without loss.

What a contract has no words for (ids, notes, meta, arguments that only steer its output) is kept verbatim beside the expectation.
Knows its files' form, old and new, and never imports it.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from feature_health.checks.bind import bind, bind_all
from feature_health.checks.catalog import FOR_LENDING
from feature_health.checks.partition_object import edge_read, edge_written
from feature_health.contracts.contract import FROM_CODES, Column, Contract, ExpectationSpec
from feature_health.contracts.document import Document
from feature_health.contracts.faults import Fault, Path, Plain
from feature_health.contracts.severity import Severity

CARRIER = "expect_feature_health_check"
"""The one class by which our own types travel in suites."""
OURS = "feature_health"
_SEVERITIES = {"critical": Severity.BLOCK, "warning": Severity.WARN, "info": Severity.NOTE}
_WORDS = {severity: word for word, severity in _SEVERITIES.items()}
_OURS_ALONE = frozenset(type_.name for type_ in FOR_LENDING)
_OUTPUT_ONLY = frozenset({"result_format", "include_config", "catch_exceptions", "batch_id"})
_BY_DEFAULT = {"auto": False}
_OLD_NAMES = {
    "expectation_suite_name": "name",
    "ge_cloud_id": "id",
    "evaluation_parameters": "suite_parameters",
    "expectation_type": "type",
    "expectation_context": "context",
}
_OF_OLD_ALONE = frozenset(
    {
        *("data_asset_type", "auto", "profiler_config", "include_config", "parse_strings_as_datetimes"),
        *("allow_cross_type_comparisons", "output_strftime_format"),
    }
)
"""What decided nothing in suites of earlier years, and what today's form refuses."""
_NOTES_OF_OURS = frozenset({"kwargs", "repeat", "meta", "from_codes", "routed"})
"""What stands in `gx` for us, and not because the suite says so."""
Accepts = Callable[[str, Mapping[str, Any]], bool]
"""Whether Great Expectations itself takes these arguments for the type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """A suite file: its expectations in its order, and everything else that it says of itself, as written."""

    name: str
    expectations: tuple[ExpectationSpec, ...]
    about: Mapping[str, Any]


def read(text: str, *, file: str, accepts: Accepts) -> tuple[Suite | None, tuple[Fault, ...]]:
    """The suite, None when it has faults, and all of these. Nothing in it is dropped in silence.

    Arguments that our type refuses, such as limits that are all open, are left to Great Expectations where it `accepts` them.
    """
    document = Document(file=file)
    try:
        tree = json.loads(text, object_pairs_hook=_once, parse_constant=_infinite)
    except (ValueError, RecursionError) as error:
        return None, (document.fault((), message=f"is not JSON that can be read: {error}"),)
    if not isinstance(tree, dict) or not isinstance(tree.get("expectations"), list):
        return None, (document.fault((), message="is no suite: a JSON object with a list of `expectations`"),)
    if not tree["expectations"]:
        return None, (document.fault(("expectations",), message="is empty, so the suite would vouch for nothing"),)
    made = [_bindable(_spec(entry, position, document), position, accepts) for position, entry in enumerate(tree["expectations"])]
    specs = {position: one for position, one in enumerate(made) if isinstance(one, ExpectationSpec)}
    faults = (*(one for one in made if isinstance(one, Fault)), *_misfits(specs, document), *_endless(specs, tree, document))
    about = {str(_OLD_NAMES.get(name, name)): value for name, value in tree.items() if name != "expectations"}
    expectations = _told_apart([_without_codes(spec) for spec in specs.values()])
    suite = Suite(name=str(about.get("name") or "suite"), expectations=expectations, about=about)
    return (None if faults else suite), faults


def routed(spec: ExpectationSpec) -> ExpectationSpec:
    """The expectation for Great Expectations itself to judge, by our choice and not by the suite's word."""
    return replace(spec, engine="great_expectations", gx={**spec.gx, "routed": True})


def may_be_routed(spec: ExpectationSpec) -> bool:
    """Whether Great Expectations could judge it in our stead."""
    return spec.engine is None and not _carried(spec)


def _bindable(spec: ExpectationSpec | Fault, position: int, accepts: Accepts) -> ExpectationSpec | Fault:
    if isinstance(spec, Fault) or not may_be_routed(spec) or not _misfits({position: spec}, Document(file="")):
        return spec
    there = routed(spec)
    return there if not _misfits({position: there}, Document(file="")) and accepts(spec.type, spec.kwargs) else spec


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; a name that it has twice would hide what stands under the first."""
    given = dict(pairs)
    if len(given) < len(pairs):
        twice = next(name for position, (name, _) in enumerate(pairs) if name in dict(pairs[:position]))
        raise ValueError(f"the name {twice!r} is there twice in one object")
    return given


def _infinite(word: str) -> float:
    if word == "NaN":
        raise ValueError("NaN is no number")
    return float(word)


def _edges(kwargs: dict[str, Any], each: Callable[[Any], Any]) -> dict[str, Any]:
    """The arguments with every edge of a distribution's bins said in other words; those alone may be infinite."""
    match kwargs:
        case {"partition_object": {"bins": list(bins)} as stated}:
            return {**kwargs, "partition_object": {**stated, "bins": [each(edge) for edge in bins]}}
        case _:
            return kwargs


def _endless(specs: Mapping[int, ExpectationSpec], tree: Mapping[str, Any], document: Document) -> Iterator[Fault]:
    """What holds an infinite number where a contract has no words for it."""
    about = {name: value for name, value in tree.items() if name != "expectations"}
    parts: dict[Path, object] = {("expectations", at): (dict(spec.kwargs), dict(spec.gx)) for at, spec in specs.items()}
    for place, part in {**parts, (): about}.items():
        try:
            json.dumps(part, allow_nan=False)
        except ValueError:
            yield document.fault(place, message="holds an infinite number, for which contracts have a name in bins alone")


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
    about = {name: value for name, value in suite.about.items() if name not in {"meta", "notes", *_OF_OLD_ALONE}}
    tail = {name: suite.about[name] for name in ("meta", "notes") if name in suite.about}
    return {"name": suite.name, **about, "expectations": [config(spec) for spec in suite.expectations], **tail}


def config(spec: ExpectationSpec) -> dict[str, Any]:
    """One expectation as Great Expectations writes it; a type of ours is carried by its one class."""
    beside = {name: value for name, value in spec.gx.items() if name not in _NOTES_OF_OURS}
    aside = {name: value for name, value in spec.gx.get("kwargs", {}).items() if name not in _OF_OLD_ALONE}
    kwargs = _edges({**spec.kwargs, **aside}, edge_read)
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
    own |= {"engine": spec.engine} if spec.engine and "routed" not in spec.gx else {}
    own |= {"from_codes": spec.gx["from_codes"]} if "from_codes" in spec.gx else {}
    return {**spec.gx.get("meta", {}), **({OURS: own} if own else {})}


def _spec(entry: Plain, position: int, document: Document) -> ExpectationSpec | Fault:
    place = ("expectations", position)
    if not isinstance(entry, dict):
        return document.fault(place, found=entry, message="expected an object with `type` and `kwargs`")
    given: dict[str, Any] = {str(_OLD_NAMES.get(name, name)): value for name, value in entry.items()}
    if len(given) < len(entry):
        return document.fault(place, message="says one thing under its old name and under its new one; keep one of them")
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
    spec = ExpectationSpec(
        type=type_,
        kwargs=_edges({name: value for name, value in kwargs.items() if not _of_output(name, value)}, edge_written),
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
    return routed(spec) if not carried and spec.engine is None and _in_sql(spec) else spec


def _of_output(name: str, value: object) -> bool:
    """Arguments that decide nothing: how much is printed, and what is not given at all."""
    return name in _OUTPUT_ONLY or value is None or (name in _BY_DEFAULT and value == _BY_DEFAULT[name])


def _kept(beside: Mapping[str, Any], kwargs: Mapping[str, Any], meta: Mapping[str, Any]) -> dict[str, Any]:
    aside = {name: value for name, value in kwargs.items() if _of_output(name, value)}
    return {**beside, **({"kwargs": aside} if aside else {}), **({"meta": meta} if meta else {})}


def _carried(spec: ExpectationSpec) -> bool:
    """Whether only our class can say it there: a type of ours, or a row condition in SQL."""
    return spec.type in _OURS_ALONE or (spec.engine is None and _in_sql(spec))


def _in_sql(spec: ExpectationSpec) -> bool:
    """Whether its condition is a mere text: in SQL here and in what we carry, in pandas' language there."""
    return isinstance(spec.kwargs.get("row_condition"), str) and "condition_parser" not in spec.kwargs


def _misfits(specs: Mapping[int, ExpectationSpec], document: Document) -> tuple[Fault, ...]:
    """What binding would refuse, whatever columns there are."""
    columns: dict[str, Column | None] = dict.fromkeys(columns_of(specs.values()))
    return bind_all(specs, columns, None, document=document)[1]


def columns_of(specs: Iterable[ExpectationSpec], *, only: str | None = None) -> Iterator[str]:
    """Every text that an argument of theirs, or only that one, could mean as a column."""
    for spec in specs:
        for value in [spec.kwargs.get(only)] if only else spec.kwargs.values():
            yield from (each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str))


def _told_apart(specs: Sequence[ExpectationSpec]) -> tuple[ExpectationSpec, ...]:
    """A suite may state one thing twice, and both are reported; a contract needs something to tell them apart by."""
    repeats = [specs[:position].count(spec) for position, spec in enumerate(specs)]
    return tuple(replace(spec, gx={**spec.gx, "repeat": n + 1}) if n else spec for spec, n in zip(specs, repeats, strict=True))

"""A contract file made of a Great Expectations suite and of the columns of a file that it is for. Pure: text from values.

The suite alone decides: what a contract must say beside is said as mildly as can be.
"""

import re
from collections.abc import Iterator, Sequence

from feature_health.checks.suites import Suite, columns_of
from feature_health.contracts.contract import ExpectationSpec
from feature_health.contracts.severity import Severity
from feature_health.contracts.written import line
from feature_health.profiles.profile import ObservedColumn

_NO_NAME = re.compile(r"[^a-z0-9_]+")
JOB_CHARS_MAX = 60
NAME_CHARS_MAX = 128


def contract_text(suite: Suite, columns: Sequence[ObservedColumn], *, suite_file: str, data_file: str) -> str:
    """The contract, ready to be linted and to judge files; it lacks what only a gate needs."""
    head = [
        f"# Made of the suite {suite_file}; columns as in {data_file}.",
        "# A gate needs more: partition, key and rows, an owner, and null ceilings that mean something.",
        f"job: {job_name(suite.name)}",
        f"about: {line(f'What the suite {suite.name} expects.')}",
        "owner: nobody yet",
        "tier: 1",
        "columns:",
        *(f"  {line(name)}: {line(shape)}" for name, shape in _columns(suite, columns)),
        f"on_change: {line(_on_change(suite, columns))}",
        f"suite: {line(dict(suite.about))}",
        "expectations:",
        *(f"  - {line(spec.type)}: {line(_entry(spec))}" for spec in suite.expectations),
    ]
    return "\n".join(head) + "\n"


def job_name(name: str) -> str:
    """The suite's name as a job's: small letters, digits and underscores."""
    plain = _NO_NAME.sub("_", name.lower()).strip("_")[:JOB_CHARS_MAX]
    return plain if plain[:1].isalpha() else f"suite_{plain}".rstrip("_")


def _columns(suite: Suite, columns: Sequence[ObservedColumn]) -> Iterator[tuple[str, dict[str, object]]]:
    """Those of the file that can be promised, and all that the suite names, be they of no type of ours or not in the file.

    What lies in nested ones is left open.
    """
    named, there = set(_named(suite)), {column.name for column in columns}
    for column in columns:
        if column.name in named or (column.type is not None and _is_plain(column.name)):
            nameless = {} if column.type else {"about": f"is {column.native}, which has no name in contracts"}
            yield column.name, {"type": column.type or "string", "nulls": 1.0, **nameless}
    for name in dict.fromkeys(_named(suite)):
        if name not in there:
            yield name, {"type": "string", "nulls": 1.0, "about": "named by the suite, but not in the file"}


def _is_plain(name: str) -> bool:
    """Whether a contract takes it for a name."""
    return name.isprintable() and 0 < len(name.strip()) <= len(name) <= NAME_CHARS_MAX


def _on_change(suite: Suite, columns: Sequence[ObservedColumn]) -> dict[str, object]:
    """Columns beside the suite's are no change; nor is the type of one that could not be promised as it is."""
    named = set(_named(suite))
    nameless = any(column.type is None and column.name in named for column in columns)
    return {"added": "allow", **({"retyped": "allow"} if nameless else {})}


def _named(suite: Suite) -> Iterator[str]:
    """What certainly is a column: the arguments that can hold nothing else."""
    for spec in suite.expectations:
        yield from (spec.kwargs[key] for key in ("column", "column_A", "column_B") if isinstance(spec.kwargs.get(key), str))
        if "column_list" in spec.kwargs and not spec.type.startswith("expect_table_"):
            yield from columns_of((spec,), only="column_list")


def _entry(spec: ExpectationSpec) -> dict[str, object]:
    """Arguments and remarks as a contract writes them; what is as it is by default is left out."""
    remarks: dict[str, object] = {
        "severity": None if spec.severity is Severity.BLOCK else spec.severity.value,
        "for": list(spec.failures) or None,
        "about": spec.about or None,
        "divert": None if spec.divert else False,
        "engine": spec.engine,
        "gx": dict(spec.gx) or None,
    }
    return {**spec.kwargs, **{name: value for name, value in remarks.items() if value is not None}}

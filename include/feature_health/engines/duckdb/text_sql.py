"""Conditions on what a text reads as, in DuckDB's SQL: a date or time of a format, or JSON.

DuckDB's own readers of both take more than Python's, and Great Expectations asks Python's: a year of two digits for %Y, blanks at
the ends, a comma after the last item. So the form is a regular expression of ours, and DuckDB's word counts for what fits it. It
also takes a little less ("2026-06- 1"): what it refuses is looked at once more, part by part.
"""

import re
from collections.abc import Mapping

from feature_health.engines.duckdb.connection import text
from feature_health.profiles.profile import NotMeasured

# Of each directive: what `datetime.strptime` takes for it in the C locale, longest first; of the day's, which part they are.
_OF_THE_DAY: Mapping[str, tuple[str, str]] = {
    "Y": ("year", r"\d{3}[1-9]|\d{2}[1-9]\d|\d[1-9]\d{2}|[1-9]\d{3}"),  # there is no year 0000
    "y": ("year", r"\d{2}"),
    "m": ("month", r"1[0-2]|0[1-9]|[1-9]"),
    "b": ("month", r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"),
    "B": ("month", r"january|february|march|april|may|june|july|august|september|october|november|december"),
    "d": ("day", r"3[01]|[12]\d|0[1-9]|[1-9]| [1-9]"),
}
_OTHERS: Mapping[str, str] = {
    "%": "%",
    "j": r"36[0-6]|3[0-5]\d|[12]\d\d|0[1-9]\d|00[1-9]|[1-9]\d|0[1-9]|[1-9]",
    "a": r"mon|tue|wed|thu|fri|sat|sun",
    "A": r"monday|tuesday|wednesday|thursday|friday|saturday|sunday",
    "H": r"2[0-3]|[01]\d|\d",
    "I": r"1[0-2]|0[1-9]|[1-9]",
    "p": r"am|pm",
    "M": r"[0-5]\d|\d",
    "S": r"[0-5]\d|\d",
    "f": r"\d{1,6}",
    "z": r"[+-](?:[01]\d|2[0-3])(?::[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?|[0-5]\d(?:[0-5]\d(?:\.\d{1,6})?)?)|(?-i:Z)",
    "Z": r"utc|gmt",
}
_MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec"
_STRING = text(r'"(?:[^"\\]|\\.)*"')
_NO_STRING = text('""')
_DOUBTFUL_IN_JSON = text(r"(?i),\s*[\]}]|nan|inf")
_WRONG_IN_JSON = text(r",\s*[\]}]|-NaN")
_WORDS_OF_JSON = text(r"(?:[^A-Za-z]|[eE][-+]?\d|true|false|null|NaN|Infinity)*")


def reads_as_time(value: str, format_: str) -> str:
    """Whether the text that `value` gives is wholly of the format; raises NotMeasured for what cannot be read here."""
    form, captured = _form(format_)
    matches = f"regexp_full_match({value}, {form})"
    if "day" not in captured or "%j" in format_.replace("%%", ""):  # Python believes a day of the year rather than month and day
        return matches
    parts = f"regexp_extract({value}, {form}, [{', '.join(map(text, captured))}])"
    slowly = f"TRY_CAST({_iso_day(parts, captured)} AS DATE) IS NOT NULL"
    return (
        f"CASE WHEN NOT {matches} THEN FALSE WHEN try_strptime({value}, {text(format_)}) IS NOT NULL THEN TRUE ELSE {slowly} END"
    )


def reads_as_json(value: str) -> str:
    """Whether the text that `value` gives is JSON to Python's parser."""
    rest = f"regexp_replace({value}, {_STRING}, {_NO_STRING}, 'g')"
    slowly = f"NOT regexp_matches({rest}, {_WRONG_IN_JSON}) AND regexp_full_match({rest}, {_WORDS_OF_JSON})"
    return f"json_valid({value}) AND CASE WHEN regexp_matches({value}, {_DOUBTFUL_IN_JSON}) THEN {slowly} ELSE TRUE END"


def _form(format_: str) -> tuple[str, Mapping[str, str]]:
    """The format as a regular expression; and the parts of the day that it captures, in their order, with their directives."""
    parts, seen, captured = [], set(), {}
    for directive, blanks, other in re.findall(r"%(.?)|(\s+)|(.)", format_, re.DOTALL):
        if blanks or other:
            parts.append(r"\s+" if blanks else re.escape(other))
            continue
        part, form = _OF_THE_DAY.get(directive, (directive, _OTHERS.get(directive)))
        if part in seen or form is None:
            raise NotMeasured(f"the format {format_!r} cannot be read here because of its %{directive}")
        if directive in _OF_THE_DAY:
            captured[part] = directive
        parts.append(f"({form})" if directive in _OF_THE_DAY else f"(?:{form})")
        seen |= {part} - {"%"}
    return text("(?i)" + "".join(parts)), captured


def _iso_day(parts: str, captured: Mapping[str, str]) -> str:
    """The captured day as an ISO date; of a year of two digits the century does not matter, since 2000 was a leap year."""
    year = {"Y": f"{parts}.year", "y": f"'20' || {parts}.year"}.get(captured.get("year", ""), "'1900'")
    by_name = f"(instr('{_MONTHS}', lower({parts}.month[1:3])) + 2) // 3"
    month = {"m": f"{parts}.month", "b": by_name, "B": by_name}.get(captured.get("month", ""), "1")
    return f"concat({year}, '-', {month}, '-', trim({parts}.day))"

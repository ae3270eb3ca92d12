"""Texts that read as something: Python's own readers, whom Great Expectations asks, are the oracle."""

import json
import re
import string
from collections.abc import Callable, Sequence
from datetime import datetime

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feature_health.engines.duckdb.connection import text
from feature_health.engines.duckdb.regex_sql import as_python_reads
from feature_health.engines.duckdb.text_sql import reads_as_json, reads_as_time
from feature_health.profiles.profile import NotMeasured

DIRECTIVES = ["%Y", "%y", "%m", "%d", "%b", "%B", "%H", "%I", "%p", "%M", "%S", "%f", "%z", "%j", "%a", "%A", "%%"]
PARTS = {"%y": "%Y", "%b": "%m", "%B": "%m"}
SEPARATORS = ["-", "/", " ", "T", ":", ".", "", "of "]
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2099, 12, 31))  # noqa: DTZ001 - formats without a zone are most
CASES = settings(max_examples=60, deadline=None, derandomize=True, database=None)


def held(condition: str, values: Sequence[str]) -> list[bool]:
    """Of each value whether the condition on `value` holds."""
    rows = duckdb.execute(f"SELECT {condition} FROM (SELECT unnest(?::VARCHAR[]) AS value)", [list(values)]).fetchall()
    return [row[0] for row in rows]


def accepted(read: Callable[[str], object], value: str) -> bool:
    """Whether Python's reader takes the text."""
    try:
        read(value)
    except ValueError:
        return False
    return True


@st.composite
def spoilt(draw: st.DrawFn, whole: str) -> str:
    """The text, or the text with a character lost, doubled, exchanged or of the other case."""
    if not whole or draw(st.booleans()):
        return whole
    place = draw(st.integers(0, len(whole) - 1))
    before, it, after = whole[:place], whole[place], whole[place + 1 :]
    return before + draw(st.sampled_from(["", it + it, it.swapcase(), " ", "0", "9", "Z", ",", "]"])) + after


@st.composite
def written(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A format, and texts that are of it or nearly."""
    directives = draw(st.lists(st.sampled_from(DIRECTIVES), min_size=1, max_size=5, unique_by=lambda it: PARTS.get(it, it)))
    form = "".join(directive + draw(st.sampled_from(SEPARATORS)) for directive in directives)
    moments = draw(st.lists(MOMENTS, min_size=1, max_size=6))
    days = [datetime.strftime(moment, form).replace("28", "29").replace("30", "31") for moment in moments]
    return form, [draw(spoilt(day)) for day in days]


@CASES
@given(written=written())
def test_a_format_is_read_as_python_reads_it(written: tuple[str, list[str]]) -> None:
    """30 February would be a day, or 2026-6-1 none."""
    form, texts = written
    expected = [accepted(lambda value: datetime.strptime(value, form), one) for one in texts]  # noqa: DTZ007 - it is only read
    assert held(reads_as_time("value", form), texts) == expected


@pytest.mark.parametrize("form", ["%Y-%Y", "%Y %y", "%b %m", "%U", "%", "%c"])
def test_a_format_that_is_not_known_is_refused(form: str) -> None:
    """It would be matched as something else than it means."""
    with pytest.raises(NotMeasured, match="cannot be read here"):
        reads_as_time("value", form)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(string.printable + "日", max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab,]", max_size=2), inner, max_size=2),
    max_leaves=5,
)
ALMOST_JSON = [
    "",
    " ",
    "nan",
    "-NaN",
    "inf",
    "Infinity",
    "[1,]",
    '{"a":1,}',
    '"a,]"',
    "tru",
    "01",
    "1.",
    "'a'",
    "[1 2]",
    "1e5",
    "1E+5",
    "True",
]


@CASES
@given(data=st.data())
def test_json_is_what_python_reads(data: st.DataObject) -> None:
    """DuckDB alone would take a comma before a closing bracket, or `inf`."""
    whole = data.draw(st.lists(JSON_VALUES.map(json.dumps) | st.sampled_from(ALMOST_JSON), min_size=1, max_size=6))
    texts = [data.draw(spoilt(one)) for one in whole]
    assert held(reads_as_json("value"), texts) == [accepted(json.loads, one) for one in texts]


PIECES = [
    r"\d",
    r"\D",
    r"\w",
    r"\W",
    r"\s",
    r"\S",
    ".",
    "a",
    "é",
    r"\.",
    "[a-z]",
    r"[\d_]",
    r"[^\w]",
    r"[\s\d-]",
    r"[]\w]",
    r"[^]é]",
    "(a|b)",
    r"\\",
]
CHARACTERS = "aZ_ 0é日٣½\u00a0\u2028\x1c\x85\n.\\]-$"


@CASES
@given(
    pieces=st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(["", "*", "+", "?", "{2}"])), min_size=1, max_size=4),
    ends=st.sampled_from([("", ""), ("^", ""), ("^", r"\Z")]),
    values=st.lists(st.text(CHARACTERS, max_size=5), min_size=1, max_size=8),
)
def test_a_regular_expression_means_what_python_means_by_it(
    pieces: list[tuple[str, str]], ends: tuple[str, str], values: list[str]
) -> None:
    """A name such as Zoë would be no word, and her application held."""
    regex = ends[0] + "".join(map("".join, pieces)) + ends[1]
    expected = [re.search(regex, value) is not None for value in values]
    assert held(f"regexp_matches(value, {text(as_python_reads(regex))})", values) == expected


@CASES
@given(
    pattern=st.lists(st.sampled_from(["%", "_", "a", "A", "!%", "!_", "!!", ".", "日"]), max_size=5).map("".join),
    values=st.lists(st.text("aA%_!.日\n", max_size=4), min_size=1, max_size=8),
)
def test_a_like_pattern_is_about_the_whole_text_and_its_case(pattern: str, values: list[str]) -> None:
    """Great Expectations asks databases for LIKE; a letter's case, a line break or an escaped % would count differently."""
    tokens = re.findall("!?.", pattern)
    regex = "".join({"%": ".*", "_": "."}.get(token, re.escape(token[-1])) for token in tokens)
    expected = [re.fullmatch(regex, value, re.DOTALL) is not None for value in values]
    assert held(f"value LIKE {text(pattern)} ESCAPE '!'", values) == expected

"""CSV and JSON-lines deliveries as Parquet: nothing guessed, nothing lost unsaid, nothing half-written."""

import gzip
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from feature_health.contracts.contract import ITEM, Column, ColumnType, Field
from feature_health.engines.duckdb import DuckDbEngine
from feature_health.errors import EngineFailed
from feature_health.records import Conversion
from tests.engines.promised import contract_of

TYPES: dict[str, ColumnType] = {
    "id": "string",
    "n": "integer",
    "d": "decimal",
    "b": "boolean",
    "day": "date",
    "seen": "timestamp",
}
Convert = Callable[[str, str | bytes], Conversion]


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """Where the Parquet file goes."""
    return tmp_path / "out" / "candidate.parquet"


@pytest.fixture
def convert(tmp_path: Path, written: Path) -> Convert:
    """Convert a delivery of that name and content."""
    written.parent.mkdir()

    def run(name: str, content: str | bytes) -> Conversion:
        delivery = tmp_path / name
        delivery.write_bytes(content.encode() if isinstance(content, str) else content)
        return DuckDbEngine(threads=1).to_parquet(delivery, contract_of(TYPES), written)

    return run


NESTED = (
    Field(name="amount", type="decimal", size=(6, 2)),
    Field(name="on", type="date"),
    Field(name="tags", type="list", fields=(Field(name=ITEM, type="integer", size=(8,)),)),
)
PAYMENTS = Column(name="p", type="list", null_ratio_max=1, fields=(Field(name=ITEM, type="struct", fields=NESTED),))
COUNTS = Column(
    name="m",
    type="map",
    null_ratio_max=1,
    fields=(Field(name="key", type="string"), Field(name="value", type="integer")),
)
CENTS = Column(name="c", type="decimal", null_ratio_max=1, size=(6, 2))
BYTE = Column(name="i", type="integer", null_ratio_max=1, size=(8,))
OPEN = Column(name="o", type="struct", null_ratio_max=1)


@pytest.fixture
def convert_one(tmp_path: Path) -> Callable[[Column, list[str]], tuple[list[Any], int]]:
    """Convert JSON lines that hold only this column, as these JSON texts; its values, and how many did not parse."""

    def run(column: Column, texts: list[str]) -> tuple[list[Any], int]:
        delivery, written = tmp_path / "one.jsonl", tmp_path / "one.parquet"
        delivery.write_text("".join(f'{{"{column.name}": {text}}}\n' for text in texts), encoding="utf-8")
        contract = replace(contract_of({"id": "string"}), columns=(column,))
        conversion = DuckDbEngine(threads=1).to_parquet(delivery, contract, written)
        return values(written, column.name), conversion.unparsed.get(column.name, 0)

    return run


@pytest.mark.parametrize(
    ("column", "texts", "expected", "unparsed"),
    [
        (CENTS, ["1.25", "-3", "1.250", '"9999.99"'], [Decimal("1.25"), Decimal(-3), Decimal("1.25"), Decimal("9999.99")], 0),
        (CENTS, ["1.255", "10000", '"x"'], [None] * 3, 3),
        (BYTE, ["127", "-128", "5.0"], [127, -128, 5], 0),
        (BYTE, ["128", "1.5"], [None] * 2, 2),
        (
            PAYMENTS,
            ['[{"amount": 1.25, "on": "2026-06-02", "tags": [1, null]}, {"amount": null, "more": 5}, null]', "[]", "null"],
            [
                [
                    {"amount": Decimal("1.25"), "on": date(2026, 6, 2), "tags": [1, None], "more": None},
                    {"amount": None, "on": None, "tags": None, "more": "5"},
                    None,
                ],
                [],
                None,
            ],
            0,
        ),
        (
            PAYMENTS,
            ['[{"amount": 1.255}]', '[{"tags": [1, 300]}]', '[{"on": 5}]', '{"amount": 1}', '"text"', "[7]"],
            [None] * 6,
            6,
        ),
        (COUNTS, ['{"a": 1, "b": null}', "{}"], [[("a", 1), ("b", None)], []], 0),
        (COUNTS, ['{"a": 1.5}', "[1]", '{"a": 1, "a": 2}'], [None] * 3, 3),
        (OPEN, ['{"q": 1}', '"text"'], ['{"q":1}', "text"], 0),
    ],
)
def test_nested_and_narrow_values_are_whole_or_counted(
    convert_one: Callable[[Column, list[str]], tuple[list[Any], int]],
    column: Column,
    texts: list[str],
    expected: list[Any],
    unparsed: int,
) -> None:
    """A payment whose amount was not understood would be one of null, and a tenth of a cent be rounded away."""
    assert convert_one(column, texts) == (expected, unparsed)


def test_fields_that_nobody_promised_are_there_to_be_seen(
    convert_one: Callable[[Column, list[str]], tuple[list[Any], int]], tmp_path: Path
) -> None:
    """A vendor's new field would vanish without a word, and with keys that are identifiers there would be a million of them."""
    texts = ['[{"amount": 1, "new": {"x": 1}, "AMOUNT": 2}]', '[{"amount": 2, "new": "t", "New": 3}]']
    found, unparsed = convert_one(PAYMENTS, texts)
    assert [list(payment) for [payment] in found] == [["amount", "on", "tags", "New"], ["amount", "on", "tags", "New"]]
    assert unparsed == 0
    convert_one(PAYMENTS, [f'[{{"k{n}": 1}}]' for n in range(200)])
    seen = DuckDbEngine(threads=1).profile(tmp_path / "one.parquet", (), {})
    assert len(seen.columns[0].fields[0].fields) == len(NESTED) + 50


def values(written: Path, column: str) -> list[Any]:
    """The column as written."""
    return list(pq.read_table(written).column(column).to_pylist())


@pytest.mark.parametrize(
    ("column", "texts", "expected", "unparsed"),
    [
        ("n", ["1", "-2", "+3", "7.0", " 4 ", "007"], [1, -2, 3, 7, 4, 7], 0),
        ("n", ["1.5", "1e3", "0x1F", "1_000", "12345678901234567890", "one"], [None] * 6, 6),
        ("d", ["1607.63", "-.5", "1e5", "3", "5."], [1607.63, -0.5, 100000.0, 3.0, 5.0], 0),
        ("d", ['"1,607.63"', "nan", "inf", "$5", "1.2.3"], [None] * 5, 5),
        ("b", ["true", "FALSE", "1", "0", "y", "No"], [True, False, True, False, True, False], 0),
        ("b", ["maybe", "2"], [None] * 2, 2),
        ("day", ["2026-06-02", "2024-02-29"], ["2026-06-02", "2024-02-29"], 0),
        ("day", ["2026-6-2", "06/02/2026", "2026-02-30", "2026-06-02 10:00", "Dec-2015"], [None] * 5, 5),
        (
            "seen",
            ["2026-06-02T01:30:00Z", "2026-06-02 01:30:00-05:00", "2026-06-02", "2026-06-02 01:30:00.123456"],
            [
                "2026-06-02 01:30:00+00:00",
                "2026-06-02 06:30:00+00:00",
                "2026-06-02 00:00:00+00:00",
                "2026-06-02 01:30:00.123456+00:00",
            ],
            0,
        ),
        ("seen", ["epoch", "infinity", "now", "25:00", "2026-06-02T25:00:00Z"], [None] * 5, 5),
        ("id", ["0012", " padded ", '"it""s"', '"two\nlines"'], ["0012", " padded ", 'it"s', "two\nlines"], 0),
    ],
)
def test_csv_values_become_what_was_promised_or_are_counted(
    convert: Convert, written: Path, column: str, texts: list[str], expected: list[Any], unparsed: int
) -> None:
    """A value would be guessed at (1.5 taken as 2) or vanish without a word."""
    assert convert("x.csv", "\n".join([column, *texts, ""])) == Conversion(unparsed={column: unparsed} if unparsed else {})
    found = [str(value) if column in {"day", "seen"} and value is not None else value for value in values(written, column)]
    assert found == expected


def test_an_empty_field_is_null_and_an_empty_text_is_a_text(convert: Convert, written: Path) -> None:
    """An id that a vendor stopped sending would pass for one."""
    assert convert("x.csv", 'id,n,d\na,,\n,"",1\n"",2,\n') == Conversion()
    assert [values(written, name) for name in ("id", "n", "d")] == [["a", None, ""], [None, None, 2], [None, 1.0, None]]


def test_columns_go_by_their_names_and_unpromised_ones_stay(convert: Convert, written: Path) -> None:
    """The schema diff would not see what was added, removed or moved."""
    convert("x.csv", "extra,n,id\nx,1,a\n")
    assert pq.read_schema(written).names == ["extra", "n", "id"]
    assert values(written, "extra") == ["x"]


@pytest.mark.parametrize("content", ["id,n\n", "id,n", "\ufeffid,n\r\n"])
def test_a_header_alone_is_a_partition_without_rows(convert: Convert, written: Path, content: str) -> None:
    """An empty delivery would be unreadable where it should be judged as empty."""
    assert convert("x.csv", content) == Conversion()
    assert pq.read_table(written).num_rows == 0
    assert pq.read_schema(written).names == ["id", "n"]


@pytest.mark.parametrize("content", ["id,n\r\na,1\r\n", "\ufeffid,n\na,1\n", "id,n\na,1", "id,n\n\na,1\n\n"])
def test_line_ends_and_byte_order_marks_are_no_data(convert: Convert, written: Path, content: str) -> None:
    """A spreadsheet's way of saving would rename the first column or add rows."""
    assert convert("x.csv", content) == Conversion()
    assert (values(written, "id"), values(written, "n")) == (["a"], [1])


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("x.csv", b"", "no bytes at all"),
        ("x.csv", b"\xef\xbb\xbf\r\n", "nothing but blanks"),
        ("x.csv", "id,n\na,1\nb,2,3\n", "line 3 has 3 fields where the header has 2"),
        ("x.csv", "id,n\na,1\nb\n", "line 3 has 1 fields where the header has 2"),
        ("x.csv", 'id,n\n"two\nlines",1\nb\n', "line 4 has 1 fields"),
        ("x.csv", 'id,n\na,"1\n', "line 2 is no CSV"),
        ("x.csv", "id,ID\n1,2\n", "more than once"),
        ("x.csv", ",id\n0,a\n", "column 1 of 2 has no name"),
        ("x.csv", "id\nZoë\n".encode("latin-1"), "line 2 is not UTF-8"),
        ("x.csv", "id\na\nZoë"[:-1].encode() + b"\xc3", "ends in the middle of a character, in line 3"),
        ("x.csv", "id\na\n".encode("utf-16"), "encoded in UTF-16"),
        ("x.csv", b"id\na\x00b\n", "line 2 holds a NUL byte"),
        ("x.csv", gzip.compress(b"id\na\n", mtime=0), "a gzip archive"),
        ("x.csv.gz", gzip.compress(b"id\na\n", mtime=0), "its name ends in .gz"),
        ("x.csv", b"PAR1....PAR1", "a Parquet file"),
        ("x.xlsx", b"PK\x03\x04", "its name ends in .xlsx"),
        ("x.jsonl", '{"id": "a"}\n{"id": ', "line 2 is no JSON"),
        ("x.jsonl", '{"id": "a"}\n["b"]\n', "line 2 is no JSON object"),
        ("x.json", '[{"id": "a"}, {"id": "b"}]', "line 1 is no JSON object"),
        ("x.json", '{\n  "id": "a"\n}\n', "line 1 is no JSON"),
        ("x.jsonl", '{"id": "a"}\nnull\n', "line 2 is no JSON object"),
        ("x.jsonl", '\ufeff{"id": "a"}\n', "byte order mark"),
        ("x.jsonl", '{"id": "a", "ID": "b"}\n', "more than once"),
        ("x.jsonl", "{}\n", "names no columns"),
        ("x.jsonl", "\n", "nothing but blanks"),
        ("x.jsonl", '{"id": "Zoë"}\n'.encode("latin-1"), "line 1 is not UTF-8"),
    ],
)
def test_a_delivery_that_cannot_be_read_says_where_and_what_to_do(
    convert: Convert, written: Path, name: str, content: str | bytes, found: str
) -> None:
    """A vendor's broken file would be taken for good in part, or nobody would know what to ask the vendor for."""
    unreadable = convert(name, content).unreadable
    assert unreadable is not None
    assert found in unreadable
    assert unreadable.startswith(f"Tried to read {name}, but ")
    assert not list(written.parent.iterdir())


def test_json_lines_keep_order_numbers_and_nested_values(convert: Convert, written: Path) -> None:
    """JSON's own types would change a value on its way."""
    lines = [
        '{"n": 1, "id": "a", "d": 1607.63, "b": true, "seen": "2026-06-02T01:30:00Z", "more/~": {"k": [1, 2]}}',
        "",
        '{"id": null, "n": "2", "d": "1,607.63", "b": "", "late": ""}',
    ]
    assert convert("x.jsonl", "\n".join(lines)) == Conversion(unparsed={"d": 1})
    assert pq.read_schema(written).names == ["n", "id", "d", "b", "seen", "more/~", "late"]
    assert [values(written, name) for name in ("n", "id", "d", "b", "more/~", "late")] == [
        [1, 2],
        ["a", None],
        [1607.63, None],
        [True, None],
        ['{"k":[1,2]}', None],
        [None, ""],
    ]


def test_a_long_value_is_kept(convert: Convert, written: Path) -> None:
    """A free text of a page would break the line."""
    assert convert("x.csv", f"id\n{'é' * 10_000}\n") == Conversion()
    assert len(values(written, "id")[0]) == 10_000


@pytest.mark.parametrize("threads", [1, 4])
def test_the_same_delivery_gives_the_same_bytes(tmp_path: Path, threads: int) -> None:
    """A second run would look like another delivery."""
    delivery = tmp_path / "x.csv"
    delivery.write_text("id,n\n" + "".join(f"a{n},{n}\n" for n in range(150_000)))
    for run in range(2):
        DuckDbEngine(threads=threads).to_parquet(delivery, contract_of(TYPES), tmp_path / f"{run}.parquet")
    assert (tmp_path / "0.parquet").read_bytes() == (tmp_path / "1.parquet").read_bytes()
    assert values(tmp_path / "0.parquet", "n") == list(range(150_000))


def test_a_failed_write_is_ours_and_leaves_nothing(tmp_path: Path) -> None:
    """A full disk would leave half a file, or be held against the vendor."""
    delivery = tmp_path / "x.csv"
    delivery.write_text("id\na\n")
    with pytest.raises(EngineFailed, match="no folder"):
        DuckDbEngine().to_parquet(delivery, contract_of(TYPES), tmp_path / "missing" / "x.parquet")
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "inside").touch()
    with pytest.raises(EngineFailed, match="Tried to write"):
        DuckDbEngine().to_parquet(delivery, contract_of(TYPES), tmp_path / "taken")
    assert {path.name for path in tmp_path.iterdir()} == {"x.csv", "taken"}


def test_what_was_written_before_stays_until_the_new_file_is_whole(convert: Convert, written: Path) -> None:
    """A reader would see half a file, or lose the last good one to a bad delivery."""
    convert("x.csv", "id\na\n")
    before = written.read_bytes()
    assert convert("y.csv", "id,n\na\n").unreadable
    assert written.read_bytes() == before

"""Every kind of damaged delivery is held, with a finding that says what is wrong and quotes nobody's data."""

import os
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.cli.command import KEY, check
from tests.cli.conftest import Write

SECRET = "987-65-4321"  # stands for customer data; no message may quote it
AGAIN = r"Deliver it again|Have the delivery written again|ask for the delivery again"


def _lines(file: Path, change: Callable[[list[str]], list[str]]) -> None:
    file.write_text("".join(change(file.read_text().splitlines(keepends=True))))


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "no bytes at all. Deliver it again"),
        (b"  \n\n", "nothing but blanks|no Parquet file"),
        (os.urandom(1) + b"\xde\xad\xbe\xef" * 999, "not UTF-8|no Parquet file"),
        (b"\x1f\x8b\x08\x00" + b"\0" * 99, "a gzip archive"),
        (b"PK\x03\x04" + b"\0" * 99, "an Excel workbook"),
        (b"PAR1" + SECRET.encode() * 99, "it was cut off|is a Parquet file"),
        (b"PAR1" + b"\x01" * 99 + b"PAR1", "Deliver"),
        ("id,näme\n1,x\n".encode("utf-16"), "UTF-16|no Parquet file"),
    ],
)
@pytest.mark.parametrize("name", ["delivery.parquet", "delivery.csv", "delivery.jsonl"])
def test_what_is_no_such_file_is_held(tmp_path: Path, name: str, content: bytes, found: str) -> None:
    """Junk would be published, or end in a traceback."""
    file = tmp_path / name
    file.write_bytes(content)
    answer = check(file)
    assert answer.code == 2
    assert [finding["check"] for finding in answer.json["findings"]] == ["file.readable"]
    assert any(words in answer.reasons for words in found.split("|")), answer.reasons
    assert SECRET not in answer.out
    assert all(one["success"] is None for one in answer.json["expectations"])
    assert (answer.json["rows"], answer.err) == (0, "")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("name", ["delivery.parquet", "delivery.jsonl"])
def test_a_truncated_file_is_held(write: Write, name: str, share: float) -> None:
    """A transfer that broke off would be published as far as it came."""
    file = write(name)
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * share)])
    answer = check(file)
    assert answer.code == 2, answer.out
    assert "cut off" in answer.reasons


def test_a_truncated_csv_is_held(write: Write) -> None:
    """A CSV has no end mark: only its last line and its rows can tell."""
    file = write("delivery.csv")
    whole = file.read_bytes()
    for size in range(1, len(whole) - 1, 7):
        file.write_bytes(whole[:size])
        answer = check(file)
        assert answer.code == 2, whole[:size]


def test_a_parquet_file_with_garbage_inside_is_held_or_reads_as_before(write: Write) -> None:
    """Damaged pages would be published as other values, be skipped, or take the whole gate down."""
    file = write(sql="SELECT good.* REPLACE (application_id || i AS application_id) FROM good, range(9) t(i)")
    whole, texts = file.read_bytes(), f"SELECT COLUMNS(*)::VARCHAR FROM '{file}'"
    rows = duckdb.execute(texts).fetchall()
    held = 0
    for start in range(4, len(whole) - 64, 100):
        file.write_bytes(whole[:start] + b"\xff" * 64 + whole[start + 64 :])
        answer = check(file)
        held += answer.code == 2
        assert answer.code == 2 or duckdb.execute(texts).fetchall() == rows, start
    assert held >= 10


def test_a_latin_1_csv_is_held(write: Write) -> None:
    """Names and notes would be garbled for ever."""
    file = write("delivery.csv")
    file.write_bytes(file.read_text(encoding="utf-8").encode("latin-1"))
    answer = check(file)
    assert answer.code == 2
    assert "line 2 is not UTF-8; it may be Latin-1 or Windows-1252. Deliver it in UTF-8." in answer.reasons


def test_a_shifted_csv_is_held(write: Write) -> None:
    """One comma too many moves every later value into the next column."""
    file = write("delivery.csv")
    _lines(file, lambda lines: [lines[0], *(line.replace(",true,", f",{SECRET},true,") for line in lines[1:])])
    answer = check(file)
    assert answer.code == 2
    assert "line 2 has 8 fields where the header has 7: its columns are shifted" in answer.reasons
    assert SECRET not in answer.out


def test_a_ragged_csv_is_held(write: Write) -> None:
    """A single line of other length would shift, or vanish."""
    file = write("delivery.csv")
    _lines(file, lambda lines: [*lines[:5], f"{SECRET}\n", *lines[5:]])
    answer = check(file)
    assert answer.code == 2
    assert "line 6 has 1 fields where the header has 7" in answer.reasons
    assert SECRET not in answer.out


def test_columns_in_another_order_are_read_by_name(write: Write) -> None:
    """A vendor who reorders columns would be held, or worse, read by position."""
    order = "SELECT note, is_hit, income, score, pulled_at, business_date, application_id FROM good"
    answer = check(write("delivery.csv", order))
    assert answer.code == 0, answer.reasons
    assert "stand in another order" in answer.reasons


def test_values_under_the_wrong_header_are_held(write: Write) -> None:
    """A header that does not belong to its columns leaves every line well formed."""
    file = write("delivery.csv")
    _lines(file, lambda lines: ["application_id,business_date,score,pulled_at,income,is_hit,note\n", *lines[1:]])
    answer = check(file)
    assert answer.code == 2
    assert "9 of 10 values of pulled_at (90 %) are not of the promised type timestamp" in answer.reasons


def test_header_only_is_held(write: Write) -> None:
    """An empty day would be published and yesterday's features be gone."""
    for name in ("delivery.csv", "delivery.parquet"):
        answer = check(write(name, "FROM good LIMIT 0"))
        assert answer.code == 2
        assert "the delivery has no rows at all" in answer.reasons


def test_a_broken_json_line_is_held(write: Write) -> None:
    """A line that cannot be read would be left out in silence."""
    file = write("delivery.jsonl")
    _lines(file, lambda lines: [*lines[:3], f'{{"application_id": "{SECRET}", \n', *lines[3:]])
    answer = check(file)
    assert answer.code == 2
    assert "line 4 is no JSON" in answer.reasons
    assert SECRET not in answer.out


def test_a_partition_of_another_day_is_held(write: Write) -> None:
    """Yesterday's file under today's key is perfect in every other way."""
    answer = check(write(), key="2026-06-03")
    assert answer.code == 2
    assert "business_date of 10 of 10 rows (100 %) lies outside the partition's period (2026-06-03" in answer.reasons


def test_duplicate_rows_are_held(write: Write) -> None:
    """A delivery sent twice in one file would count every application twice."""
    answer = check(write(sql="FROM good UNION ALL FROM good"))
    assert answer.code == 2
    assert "20 of 20 rows (100 %) share their key (application_id) with another row" in answer.reasons
    assert "a1" not in answer.out.replace(answer.json["contract"], "")


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("SELECT * RENAME (score AS scores) FROM good", "not in the delivery; perhaps it is now called scores"),
        ("SELECT * EXCLUDE (score) FROM good", "score (integer) is promised but not in the delivery"),
        ("SELECT * RENAME (score AS Score) FROM good", "perhaps it is now called Score"),
        ("SELECT * REPLACE (score::VARCHAR AS score) FROM good", "score is promised as integer but delivered as string"),
        ("SELECT * REPLACE (income::INT AS income) FROM good", "income is promised as decimal but delivered as integer"),
        ("SELECT * REPLACE (NULL::INT AS score) FROM good", "score is null in 10 of 10 rows (100 %), promised: at most 20 %"),
        ("SELECT * REPLACE (NULL::VARCHAR AS application_id) FROM good", "10 of 10 rows (100 %) have no key (application_id)"),
        ("SELECT * REPLACE ({'a': score} AS score) FROM good", "score is promised as integer but delivered as STRUCT"),
        ("SELECT 1 AS nothing_of_ours", "application_id (string) is promised but not in the delivery"),
        ("FROM good LIMIT 7", "there are 7 rows, expected 8 to 100"),
    ],
)
def test_a_file_of_another_shape_is_held(write: Write, sql: str, told: str) -> None:
    """A renamed, lost, retyped or emptied column would reach the model as nulls."""
    answer = check(write(sql=sql))
    assert answer.code == 2
    assert told in answer.reasons


@pytest.mark.parametrize("name", ["delivery.txt", "delivery", "delivery.csv.gz", "delivery.PARQUET", ".parquet"])
def test_another_suffix_is_held(write: Write, name: str, tmp_path: Path) -> None:
    """What we do not read would be taken for something else."""
    write().rename(tmp_path / name)
    answer = check(tmp_path / name)
    assert answer.code == 2
    assert "is no form that we read; deliver one of .parquet, .csv" in answer.reasons


def test_a_folder_is_held_in_words(tmp_path: Path) -> None:
    """A path one level too high would be a missing file to the reader of the message."""
    (tmp_path / "delivery.parquet").mkdir()
    answer = check(tmp_path / "delivery.parquet")
    assert answer.code == 2
    assert "is a folder, not a file; name the one delivery in it" in answer.reasons


@pytest.mark.parametrize("name", ["gone.parquet", "gone.csv", "a" * 300 + ".csv", "no/such/folder.csv", ""])
def test_a_missing_file_is_held(tmp_path: Path, name: str) -> None:
    """A delivery that never came would look like a fault of ours."""
    answer = check(tmp_path / name if name else Path("gone"))
    assert answer.code == 2
    assert "there is no file" in answer.reasons or "File name too long" in answer.reasons


def test_a_link_that_leads_nowhere_or_round_in_circles_is_held(tmp_path: Path) -> None:
    """A link would end in a traceback."""
    (dangling := tmp_path / "dangling.csv").symlink_to(tmp_path / "gone.csv")
    (circle := tmp_path / "circle.csv").symlink_to(circle)
    assert "there is no file" in check(dangling).reasons
    assert "could not be opened (Too many levels of symbolic links)" in check(circle).reasons


def test_a_pipe_is_held_and_not_waited_for(tmp_path: Path) -> None:
    """The command would hang until somebody writes."""
    os.mkfifo(pipe := tmp_path / "pipe.csv")
    answer = check(pipe)
    assert answer.code == 2
    assert "is no regular file" in answer.reasons


def test_a_file_that_may_not_be_read_is_held(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of another user would be our failure, and not the delivery's."""
    file, opened = write("delivery.csv"), Path.open

    def refuse(path: Path, *arguments: object, **named: object) -> object:
        if path == file:
            raise PermissionError(13, "Permission denied")
        return opened(path, *arguments, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refuse)
    answer = check(file)
    assert answer.code == 2
    assert "could not be opened (Permission denied); look at its permissions" in answer.reasons


def test_a_file_that_fails_while_it_is_read_is_held(tmp_path: Path) -> None:
    """A failing disk would end in a traceback."""
    (file := tmp_path / "delivery.csv").symlink_to("/proc/self/mem")
    answer = check(file)
    assert answer.code == 2
    assert "could not be opened (Input/output error)" in answer.reasons


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".jsonl"])
@pytest.mark.parametrize("stem", ["with spaces", "übermorgen-申请", "it's; DROP TABLE x --", "*", "a?b[c]", "100%", "{0}", "-n"])
def test_any_name_of_a_good_file_will_do(write: Write, stem: str, suffix: str) -> None:
    """A name would be taken for a pattern, an option or SQL, and another file be judged."""
    answer = check(write("x" + suffix).rename(write("y" + suffix).with_name(stem + suffix)))
    assert answer.code == 0, answer.reasons


def test_a_link_to_a_good_file_will_do(write: Write, tmp_path: Path) -> None:
    """Deliveries are often linked as `latest`."""
    (link := tmp_path / "latest.parquet").symlink_to(write())
    assert check(link).code == 0


@pytest.mark.parametrize("name", ["delivery.csv", "delivery.jsonl", "delivery.parquet"])
def test_an_unreadable_value_is_counted_and_not_quoted(write: Write, name: str) -> None:
    """Findings go to logs, Slack and the ledger: no customer's value may be in one."""
    answer = check(write(name, f"SELECT * REPLACE ('{SECRET}' AS score, '{SECRET}' AS note) FROM good"))
    assert answer.code == 2
    assert "score" in answer.reasons
    assert SECRET not in answer.out
    assert KEY in answer.out

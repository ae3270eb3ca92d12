"""`feature-health drill list` and `drill plant`: the faults in words, and a fault in any Parquet file."""

from pathlib import Path

import duckdb
import pytest

from tests.cli.command import Answer, call, start

DAYS = 400


def write(file: Path, sql: str) -> Path:
    """The rows of a query as a Parquet file."""
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({sql}) TO '{file}' (FORMAT parquet)")
    return file


def rows(file: Path) -> list[tuple[object, ...]]:
    """All rows in their order."""
    with duckdb.connect() as connection:
        return connection.execute(f"FROM read_parquet('{file}')").fetchall()


@pytest.fixture
def loans(tmp_path: Path) -> Path:
    """Four hundred loans with limit and balance, under names of their own."""
    query = f"SELECT md5(i::text) AS loan, 1000 + i AS card_limit, 500 + i AS drawn FROM range({DAYS}) t(i)"
    return write(tmp_path / "loans.parquet", query)


def plant(loans: Path, *arguments: object, fault: str = "B7") -> Answer:
    """`drill plant` with the roles that these loans can play."""
    roles = ("--role", "key=loan", "--role", "rev_limit=card_limit", "--role", "rev_balance=drawn")
    return call("drill", "plant", fault, loans, "--to", loans.with_name("broken.parquet"), *roles, *arguments)


def test_a_file_of_anybody_gets_its_faulty_twin(loans: Path) -> None:
    """The faults would work on our own simulator alone."""
    clean = rows(loans)
    answer = plant(loans, "--strength", 2, "--json")
    assert answer.code == 0, answer.err
    broken = rows(loans.with_name("broken.parquet"))
    changed = [(before, after) for before, after in zip(clean, broken, strict=True) if before != after]
    assert answer.json["rows_taken"] == len(changed)
    assert 0.25 * DAYS < len(changed) < 0.45 * DAYS
    assert all(after[1] == before[1] // 100 and after[2] == before[2] for before, after in changed)  # type: ignore[operator]
    assert rows(loans) == clean


def test_the_same_seed_takes_the_same_rows_and_another_others(loans: Path) -> None:
    """Nobody could show a colleague what was found."""
    taken = []
    for seed in (1, 1, 2):
        plant(loans, "--seed", seed)
        taken.append(rows(loans.with_name("broken.parquet")))
    assert taken[0] == taken[1] != taken[2]


def test_real_loans_know_their_roles(project: Path, tmp_path: Path) -> None:
    """Every column would have to be named by hand."""
    file = project.parent / "shared" / "data" / "lendingclub" / "loans_published_2017-08.parquet"
    if not file.is_file():
        pytest.skip(f"no real loans at {file}")
    answer = call("drill", "plant", "B11", file, "--to", tmp_path / "broken.parquet", "--like", "lendingclub")
    assert answer.code == 0, answer.err
    assert answer.out.startswith("B11 took ")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--role", "rev_limitt=drawn"), "There is no role rev_limitt. Roles are:\n  key "),
        (("--role", "inquiries=inq"), "--role inquiries=inq: {loans} has no such column. It has: loan, card_limit, drawn."),
        (("--role", "inquiries"), "--role 'inquiries' is no NAME=VALUE; write it like --role income=annual_inc."),
        (("--role", "key=drawn"), "--role names 'key' twice; several values of one are written --role key=A,B."),
        (("--like", "loan_book"), "--like 'loan_book': roles are known of "),
        (("--scope", "bureau=EXP"), "B7 cannot be confined so:\n  - bureau=EXP: it has no such scope\nIt can be confined to:\n"),
        (("--scope", "shard=g"), "  - shard=g: there is no shard g\n"),
        (("--scope", "=EXP"), "--scope '=EXP' is no NAME=VALUE; write it like --scope bureau=EXP."),
        (("--day", "2026-4-15"), "--day '2026-4-15' is no day; write it like 2026-04-15."),
        (("--strength", "4"), "less than or equal to 3"),
    ],
)
def test_what_cannot_be_is_told_with_what_there_is(loans: Path, arguments: tuple[str, ...], told: str) -> None:
    """People would have to read our code to find out how to ask."""
    answer = plant(loans, *arguments)
    assert (answer.code, answer.out) == (1, "")
    assert told.format(loans=loans) in answer.err
    assert not loans.with_name("broken.parquet").exists()


def test_a_role_that_the_file_lacks_is_told(loans: Path) -> None:
    """A fault would be planted nowhere, and the check that misses it would look broken."""
    answer = plant(loans, fault="B12")
    assert answer.code == 1
    assert "B12 needs columns of these roles, and the table has none" in answer.err
    assert "Columns there are: loan, card_limit, drawn." in answer.err


def test_an_unknown_fault_is_told_with_all_there_are(loans: Path) -> None:
    """Nobody knows 74 names by heart."""
    answer = plant(loans, "--json", fault="B77")
    assert answer.code == 1
    assert "There is no fault B77; did you mean B7?" in answer.err
    assert "Faults: B1, B2, " in answer.err
    assert answer.json == {"error": answer.err.rstrip("\n")}


def test_only_a_parquet_file_and_never_over_itself(loans: Path, tmp_path: Path) -> None:
    """The clean twin would be lost, or a text file would end in a traceback."""
    assert "it is no Parquet file" in plant(write_text(tmp_path / "loans.csv")).err
    assert "there is no such file" in plant(tmp_path / "absent.parquet").err
    assert "is the clean file itself" in plant(loans, "--to", loans).err
    assert len(rows(loans)) == DAYS


def write_text(file: Path) -> Path:
    """A CSV file."""
    file.write_text("loan,card_limit,drawn\n1,1000,20\n")
    return file


def test_the_list_tells_every_fault_in_words(outside_environment: dict[str, str]) -> None:
    """A lender could not tell what a fault would mean, nor which of them are none."""
    told = start("drill", "list", environment=outside_environment)
    cards = start("drill", "list", "--json", environment=outside_environment).json
    assert told.code == 0
    flat = " ".join(told.out.split())
    for card in cards:
        assert f"{card['name']} " in flat
        assert card["story"] in flat
        assert all(says in flat for says in card["strengths"])
        assert card["scopes"]
    assert flat.index("Decoys: they look like faults") > flat.index("Faults that bureau_pull shows first")
    decoys = [card["decoy"] for card in cards]
    assert decoys == sorted(decoys)

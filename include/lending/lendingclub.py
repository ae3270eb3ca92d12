"""Real loans as three monthly feeds: splits LendingClub's two published files into deliveries of applications, bureau data and
incomes.

The lender published the same loans twice; the second time without FICO columns and without ids. Fields known only after issue
(payments, `last_fico_*`, `loan_status`, ...) are never delivered. Knows nothing of what the jobs make of it.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

from upath import UPath

from lending.errors import DeliveryMissing
from lending.jobs.partitions import confined
from lending.sql import connect, identifier, literal, write_parquet

Publication = Literal["first", "second"]

PUBLICATIONS: Final[Mapping[Publication, str]] = MappingProxyType(
    {"first": "loans_published_2017-08.parquet", "second": "loans_published_2017-11.parquet"}
)

#: Feed -> the published fields it carries, as far as the publication has them.
FEEDS: Final[Mapping[str, Sequence[str]]] = MappingProxyType(
    {
        "applications": (
            "id", "issue_d", "loan_amnt", "funded_amnt", "term", "int_rate", "installment", "grade", "sub_grade", "purpose",
            "zip_code", "addr_state", "home_ownership", "dti", "application_type",
        ),
        "bureau": (
            "id", "issue_d", "fico_range_low", "fico_range_high", "delinq_2yrs", "earliest_cr_line", "inq_last_6mths",
            "mths_since_last_delinq", "mths_since_last_record", "open_acc", "pub_rec", "revol_bal", "revol_util", "total_acc",
            "acc_now_delinq", "delinq_amnt", "pub_rec_bankruptcies", "tax_liens",
        ),
        "income": ("id", "issue_d", "annual_inc", "verification_status", "emp_length"),
    }
)  # fmt: skip

_MONTH: Final = re.compile(r"\d{4}-\d{2}", re.ASCII)


def deliver(month: str, *, data: Path | str, landing: Path | UPath | str, bureau_from: Publication = "first") -> None:
    """Write the loans issued in `month` ("2010-01") as `landing/{applications,bureau,income}/<month>.parquet`.

    `data` is the folder of the two published files; `bureau_from` says which of them the bureau feed is taken from, all else is
    from the first. Raises DeliveryMissing when a file is not there or has no loan of that month.
    """
    for feed, fields in FEEDS.items():
        published = _published(Path(data), bureau_from if feed == "bureau" else "first")
        _deliver_feed(published, fields, month=_month(month), target=UPath(landing) / feed / f"{month}.parquet")


def _month(month: str) -> str:
    if not _MONTH.fullmatch(confined(month)):
        raise DeliveryMissing(f"Loans are delivered by the month, and {month!r} is none; give a month such as 2010-01.")
    return month


def _published(data: Path, publication: Publication) -> Path:
    path = data / PUBLICATIONS[publication]
    if not path.is_file():
        raise DeliveryMissing(
            f"Looked for the {publication} publication of the loans at {path} and found no file; give the folder that holds it."
        )
    return path


def _deliver_feed(published: Path, fields: Sequence[str], *, month: str, target: UPath) -> None:
    source = f"read_parquet({literal(str(published))})"
    with connect() as connection:
        there = {name for name, *_ in connection.execute(f"DESCRIBE FROM {source}").fetchall()}
        of_month = f"FROM {source} WHERE strftime(issue_d, '%Y-%m') = {literal(month)}"
        rows = connection.execute(f"SELECT count(*) {of_month}").fetchall()[0][0]
        if not rows:
            raise DeliveryMissing(f"{published} has no loan issued in {month}; the loans begin in 2007-06 and end in 2010-12.")
        columns = ", ".join(identifier(name) for name in fields if name in there)
        write_parquet(connection, f"SELECT {columns} {of_month}", target)

"""The bureaus' dictionaries of special codes: which reserved number of which kind of attribute means what.

Illustrative, after public dictionaries: real tables belong to the vendor's contract and product version. A special code is
information ("no revolving accounts"), not missing data and not a number. Two of the three bureaus use the same numbers for
different things, as in life. Knows nothing of records, SQL or the world that emits them.
"""

from collections.abc import Mapping
from typing import Final, Literal

Bureau = Literal["EFX", "EXP", "TUC"]
Kind = Literal["count", "months", "usd", "usd_monthly", "percent"]
Cause = Literal["no_trades_of_type", "none_recent", "not_computable", "vendor_error"]

BUREAUS: Final[tuple[Bureau, ...]] = ("EFX", "EXP", "TUC")
CAUSES: Final[tuple[Cause, ...]] = ("no_trades_of_type", "none_recent", "not_computable", "vendor_error")

#: Highest ordinary value of each kind; what lies above is reserved.
VALID_MAX: Final[Mapping[Kind, int]] = {"count": 92, "months": 992, "usd": 9_999_995, "usd_monthly": 99_995, "percent": 200}

KIND_OF: Final[Mapping[str, Kind]] = {
    "rev_util": "percent",
    "rev_balance": "usd",
    "rev_limit": "usd",
    "inst_payment": "usd_monthly",
    "monthly_obligation": "usd_monthly",
    "mtg_balance": "usd",
    "trades_total": "count",
    "trades_open": "count",
    "mths_oldest_trade": "months",
    "mths_newest_trade": "months",
    "mths_since_30dpd": "months",
    "num_30dpd_12m": "count",
    "inq_6m": "count",
    "inq_12m": "count",
    "bankruptcies": "count",
    "trades_opened_6m": "count",
    "trades_opened_12m": "count",
    "trades_opened_24m": "count",
    "num_90dpd_24m": "count",
    "mths_since_inq": "months",
    "collections_unpaid_amt": "usd",
    "inst_balance": "usd",
    "auto_balance": "usd",
    "student_balance": "usd",
    "trend_util_avg_12m": "percent",
    "trend_full_payer_share_24m": "percent",
    "trend_rev_balance_6m_ago": "usd",
}

#: The score field carries its own codes, the same at all three.
SCORE_CODES: Final[Mapping[int, str]] = {9000: "no_hit", 9001: "deceased", 9002: "not_computable", 9003: "none_recent"}

_TOP: Final[Mapping[Kind, int]] = {"count": 96, "months": 996, "usd": 9_999_996, "usd_monthly": 99_996, "percent": 996}


def _rising(first: int) -> dict[Cause, int]:
    return {cause: first + offset for offset, cause in enumerate(CAUSES)}


def _falling(first: int) -> dict[Cause, int]:
    return {cause: first + 3 - offset for offset, cause in enumerate(CAUSES)}


_NEGATIVE: Final[Mapping[Cause, int]] = {"no_trades_of_type": -1, "none_recent": -2, "not_computable": -6, "vendor_error": -7}

#: bureau -> kind of attribute -> cause -> the code delivered in place of a value.
CODES: Final[Mapping[Bureau, Mapping[Kind, Mapping[Cause, int]]]] = {
    "EFX": {kind: _rising(first) for kind, first in _TOP.items()},
    "EXP": {kind: _falling(first) for kind, first in _TOP.items()},
    "TUC": dict.fromkeys(_TOP, _NEGATIVE),
}

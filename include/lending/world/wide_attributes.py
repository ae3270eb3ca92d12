"""What a prescreen's wider product says beyond the attributes of an application's pull. Knows nothing of bureaus' codes.

Consistent with the others: who was 90 days late was 60 and 30 days late since, a month's inquiries are among those of six.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import pyarrow as pa

from lending.bureau_codes import Kind
from lending.world.applicants import Applicants
from lending.world.attributes import NONE_OF_TYPE, NONE_RECENT, Attributes
from lending.world.columns import words
from lending.world.draws import Floats, Ints

KIND_OF_WIDE: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "mths_since_60dpd": "months",
        "mths_since_90dpd": "months",
        "mths_since_chargeoff": "months",
        "mths_since_collection": "months",
        "num_60dpd_24m": "count",
        "public_records": "count",
        "inq_1m": "count",
        "rev_trades_open": "count",
        "inst_trades_open": "count",
        "heloc_balance": "usd",
        "authorized_user_share": "percent",
        "trend_util_max_12m": "percent",
    }
)
"""Attribute -> kind of its codes."""

_LONGEST_AGO: Final = 83
_REASONS: Final = ("39", "10", "14", "08", "05", "40")
_REASON_COLUMNS: Final = 4


def wide_attributes(people: Applicants, known: Attributes) -> Attributes:
    """The wider product's own attributes, beside `known`, the ordinary ones of the same files."""
    return _late(people, known) | _open(people, known) | _rest(people, known)


def _late(people: Applicants, known: Attributes) -> Attributes:
    p = people.persons
    since_30, no_30 = known["mths_since_30dpd"]
    times_90, _ = known["num_90dpd_24m"]
    times_30, no_count = known["num_30dpd_12m"]
    since_90 = since_30 + np.floor((24 - since_30) * p.uniform("since_90")).astype(np.int64)
    older = np.maximum(since_30, 24 + np.floor((_LONGEST_AGO - 23) * p.uniform("since_90_older")).astype(np.int64))
    was_90 = (times_90 > 0) | p.chance("was_90", 0.25)
    since_90 = np.where(times_90 > 0, since_90, older)
    since_60 = since_30 + np.floor((since_90 - since_30 + 1) * p.uniform("since_60")).astype(np.int64)
    charged = was_90 & p.chance("charged_off", 0.3)
    since_charged = np.minimum(_LONGEST_AGO, since_90 + 3)
    times_60 = times_90 + np.floor((times_30 - times_90) * p.uniform("times_60")).astype(np.int64)
    return {
        "mths_since_60dpd": (since_60, np.where((no_30 == 0) & ~(was_90 | p.chance("was_60", 0.3)), NONE_RECENT, no_30)),
        "mths_since_90dpd": (since_90, np.where((no_30 == 0) & ~was_90, NONE_RECENT, no_30)),
        "mths_since_chargeoff": (since_charged, np.where((no_30 == 0) & ~charged, NONE_RECENT, no_30)),
        "num_60dpd_24m": (times_60, no_count),
    }


def _open(people: Applicants, known: Attributes) -> Attributes:
    (open_trades, counted), (_, no_revolving), (_, no_instalment) = (
        known["trades_open"],
        known["rev_balance"],
        known["inst_balance"],
    )
    share = np.where(no_revolving > 0, 0.0, np.where(no_instalment > 0, 1.0, 0.4 + 0.4 * people.persons.uniform("rev_share")))
    revolving = np.rint(open_trades * share).astype(np.int64)
    return {
        "rev_trades_open": (revolving, counted),
        "inst_trades_open": (np.where(no_instalment > 0, 0, open_trades - revolving), counted),
    }


def _rest(people: Applicants, known: Attributes) -> Attributes:
    p = people.persons
    owed, owed_cause = known["mtg_balance"]
    (total, counted), (bankrupt, _), (collection, _) = (
        known["trades_total"],
        known["bankruptcies"],
        known["collections_unpaid_amt"],
    )
    (half_year, _), (since, no_inquiry) = known["inq_6m"], known["mths_since_inq"]
    month = np.where((since == 0) & (no_inquiry == 0), np.maximum(1, np.rint(half_year / 3)), 0).astype(np.int64)
    average, no_trend = known["trend_util_avg_12m"]
    heloc = (owed_cause == 0) & p.chance("heloc", 0.15)
    return {
        "mths_since_collection": (
            np.floor(_LONGEST_AGO * p.uniform("since_collection")).astype(np.int64),
            np.where(collection > 0, 0, NONE_RECENT),
        ),
        "public_records": (bankrupt + p.chance("public_record", 0.02).astype(np.int64), counted),
        "inq_1m": (np.minimum(month, half_year), counted),
        "heloc_balance": (np.rint(owed * 0.3 * p.uniform("heloc_share")).astype(np.int64), np.where(heloc, 0, NONE_OF_TYPE)),
        "authorized_user_share": (
            np.where(p.chance("authorized", 0.2), np.rint(50 * p.uniform("authorized_share")), 0).astype(np.int64),
            np.where(total > 0, 0, NONE_OF_TYPE),
        ),
        "trend_util_max_12m": (np.minimum(200, average + np.rint(12 * p.exponential("util_peak")).astype(np.int64)), no_trend),
    }


def score_reasons(known: Attributes, score: Ints) -> dict[str, pa.Array]:
    """Up to four reasons for a score below the highest, the strongest first; none for a code in place of a score."""
    strength = _strengths(known)
    order = np.argsort(-strength, axis=0, kind="stable")[:_REASON_COLUMNS]
    none = score >= 850
    found = {}
    for n, reason in enumerate(order):
        weak = np.take_along_axis(strength, reason[None], axis=0)[0] <= 0
        found[f"score_reason_{n + 1}"] = words(reason, _REASONS, none | (weak & (n > 0)))
    return found


def _strengths(known: Attributes) -> Floats:
    """How much each thing costs, a row per reason: lateness, utilisation, a young file, inquiries, accounts, records."""

    def value(name: str) -> Floats:
        values, cause = known[name]
        return np.where(cause == 0, values, 0).astype(np.float64)

    strengths: Floats = np.stack(
        [
            20.0 * value("num_30dpd_12m") + (value("collections_unpaid_amt") > 0) * 15,
            value("rev_util") / 2 - 10,
            12 - value("mths_oldest_trade") / 12,
            4.0 * value("inq_6m"),
            value("trades_open") - 8,
            30.0 * value("bankruptcies"),
        ]
    )
    return strengths

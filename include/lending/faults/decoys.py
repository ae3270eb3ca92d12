"""What only looks like a fault and must stop nothing: the twelve decoys of the domain notes (7.6).

Some are another world for a time, some a day of the calendar, some a harmless change of a delivery.
"""

from datetime import date
from typing import Final

from lending.faults.changes import Add, Reorder, Rewrite
from lending.faults.fault import Fault, Strength

_EVERY_STRENGTH: Final = (
    Strength(says="The day as it is, with the usual number of applications."),
    Strength(says="The day as it is; a decoy of the calendar has one strength."),
    Strength(says="The day as it is, no stronger than at strength 1."),
)

DECOYS: Final[tuple[Fault, ...]] = (
    Fault(
        name="decoy_announced_version",
        title="A product version that was announced",
        story=(
            "A bureau's product goes from 8.1 to 8.2 as announced, and every value stays what it was. The version is to be "
            "noted, and nothing is to be stopped."
        ),
        at="delivery",
        table="bureau_pulls",
        change=Rewrite({"product_version": "'8.2'"}),
        roles=("key", "product_version"),
        scopes=("bureau",),
        usual={"bureau": ("EFX", "EXP", "TUC")},
        decoy=True,
        strengths=(
            Strength(says="A tenth of one bureau's answers are of the new version.", share=0.10),
            Strength(says="One bureau is on the new version."),
            Strength(says="All three bureaus are on the new version.", everywhere=True),
        ),
    ),
    Fault(
        name="decoy_row_order",
        title="The same rows in another order",
        story="A vendor sorts its file another way. Every row is what it was, and nothing is to be stopped.",
        at="delivery",
        table="bureau_pulls",
        change=Reorder(),
        scopes=("bureau",),
        decoy=True,
        strengths=(
            Strength(says="A tenth of the rows come first.", share=0.10),
            Strength(says="Half of the rows come first, shuffled.", share=0.5),
            Strength(says="All rows are shuffled."),
        ),
    ),
    Fault(
        name="decoy_additive_column",
        title="A column more",
        story=(
            "A bureau adds a field at the end of its records that nobody has asked for yet. The known columns are what they "
            "were: the contract wants a line, and nothing is to be stopped."
        ),
        at="delivery",
        table="bureau_pulls",
        change=Add({"alternative_data_flag": "CASE WHEN _v < 0.2 THEN 1 ELSE 0 END"}),
        scopes=("bureau",),
        usual={"bureau": ("TUC", "EFX", "EXP")},
        decoy=True,
        strengths=(
            Strength(says="One in ten of one bureau's records has the field.", share=0.10),
            Strength(says="One bureau's records have the field."),
            Strength(says="The records of all bureaus have the field.", everywhere=True),
        ),
    ),
    Fault(
        name="decoy_dst_day",
        title="The clocks change",
        story="A Sunday has 23 hours, or 25. One hour has no applications or twice as many, and nothing is to be stopped.",
        at="world",
        table="applications",
        decoy=True,
        days=(date(2025, 3, 9), date(2025, 11, 2), date(2026, 3, 8), date(2026, 11, 1), date(2027, 3, 14), date(2027, 11, 7)),
        strengths=_EVERY_STRENGTH,
    ),
    Fault(
        name="decoy_holiday_double",
        title="Two holidays in a row",
        story=(
            "A holiday is observed on the Friday and falls on the Saturday, or two follow each other. Few people apply and "
            "few vendors work, as always then, and nothing is to be stopped."
        ),
        at="world",
        table="applications",
        decoy=True,
        days=(date(2025, 7, 4), date(2025, 12, 25), date(2026, 7, 3), date(2026, 7, 4), date(2026, 12, 25), date(2027, 12, 24)),
        strengths=_EVERY_STRENGTH,
    ),
    Fault(
        name="decoy_month_end",
        title="The turn of a month",
        story=(
            "Lenders report to the bureaus at the month's end, and files are refreshed in a bulge. Balances move on all at "
            "once, as every month, and nothing is to be stopped."
        ),
        at="world",
        table="applications",
        decoy=True,
        days=(date(2025, 9, 30), date(2025, 10, 1), date(2026, 3, 31), date(2026, 4, 1), date(2026, 8, 31), date(2026, 9, 1)),
        strengths=_EVERY_STRENGTH,
    ),
)

"""What only looks like a fault and must stop nothing: the twelve decoys of the domain notes (7.6).

Some are another world for a time, some a day of the calendar, some a harmless change of a delivery.
"""

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from lending.faults.changes import Add, Reorder, Rewrite
from lending.faults.fault import Fault, Strength

if TYPE_CHECKING:
    from lending.world.conditions import Conditions

_STATES: Final = ("VT", "NV", "MN")
_DRIFTED_DAYS: Final = 20

_EVERY_STRENGTH: Final = (
    Strength(says="The day as it is, with the usual number of applications."),
    Strength(says="The day as it is; a decoy of the calendar has one strength."),
    Strength(says="The day as it is, no stronger than at strength 1."),
)


def _campaign(world: "Conditions", lift: float, first_day: date) -> "Conditions":
    from lending.world.conditions import Campaign

    known = first_day - timedelta(days=21)
    drop = Campaign(id=f"MAIL-{first_day:%Y%m%d}-X", first_day=first_day, lift=lift, known_on=known)
    return replace(world, campaigns=(*world.campaigns, drop))


def _freeze_surge(world: "Conditions", share: float, _: date) -> "Conditions":
    return replace(world, frozen_share=share)


def _rate_cut(world: "Conditions", days_ago: float, first_day: date) -> "Conditions":
    return replace(world, rate_cut_on=first_day - timedelta(days=days_ago))


def _tax_season(world: "Conditions", share: float, _: date) -> "Conditions":
    return replace(world, refund_share_max=share)


def _new_state(world: "Conditions", number: float, first_day: date) -> "Conditions":
    return replace(world, branch_state=_STATES[int(number) - 1], branch_opens=first_day)


def _macro_drift(world: "Conditions", per_day: float, first_day: date) -> "Conditions":
    return replace(world, drift_since=first_day - timedelta(days=_DRIFTED_DAYS), drift_per_day=per_day)


DECOYS: Final[tuple[Fault, ...]] = (
    Fault(
        name="decoy_campaign",
        title="A mail drop is answered",
        story=(
            "A planned campaign brings more people than usual, of another kind, and more of them by one channel. That is "
            "what it was paid for, and nothing is to be stopped."
        ),
        at="world",
        table="applications",
        decoy=True,
        turns=_campaign,
        strengths=(
            Strength(says="At its height half as many applications more.", size=0.5),
            Strength(says="At its height as many again.", size=1.0),
            Strength(says="At its height twice as many again.", size=2.0),
        ),
    ),
    Fault(
        name="decoy_freeze_surge",
        title="Many people freeze their files",
        story=(
            "After a breach in the news many applicants have frozen their files, at all three bureaus. It is to be said, "
            "and nothing is to be stopped."
        ),
        at="world",
        table="bureau_pulls",
        decoy=True,
        turns=_freeze_surge,
        strengths=(
            Strength(says="Six in a hundred files are frozen, where four were.", size=0.06),
            Strength(says="One in ten is frozen.", size=0.10),
            Strength(says="One in seven is frozen.", size=0.15),
        ),
    ),
    Fault(
        name="decoy_rate_cut",
        title="Rates fall",
        story=(
            "The central bank has cut its rate, and more people refinance week by week. The mix moves slowly, and nothing "
            "is to be stopped."
        ),
        at="world",
        table="applications",
        decoy=True,
        turns=_rate_cut,
        strengths=(
            Strength(says="The cut was a week ago.", size=7),
            Strength(says="The cut was two weeks ago.", size=14),
            Strength(says="The cut was four weeks ago.", size=28),
        ),
    ),
    Fault(
        name="decoy_tax_season",
        title="Tax refunds arrive",
        story=(
            "From the middle of February refunds are paid into bank accounts, more than in other years. They are marked as "
            "refunds and counted in no income, and nothing is to be stopped."
        ),
        at="world",
        table="income_verifications",
        decoy=True,
        turns=_tax_season,
        days=(date(2025, 2, 26), date(2025, 3, 5), date(2026, 2, 25), date(2026, 3, 11), date(2027, 2, 24), date(2027, 3, 10)),
        strengths=(
            Strength(says="At the peak 45 in a hundred accounts have a refund, where 35 had.", size=0.45),
            Strength(says="At the peak 60 in a hundred have one.", size=0.60),
            Strength(says="At the peak three quarters have one.", size=0.75),
        ),
    ),
    Fault(
        name="decoy_new_state",
        title="A branch opens in another state",
        story=(
            "The lender opens a branch, and applications come from a state that brought few. The mix of states moves in a "
            "day, as was planned, and nothing is to be stopped."
        ),
        at="world",
        table="applications",
        decoy=True,
        turns=_new_state,
        strengths=(
            Strength(says="The branch is in Vermont.", size=1),
            Strength(says="The branch is in Nevada.", size=2),
            Strength(says="The branch is in Minnesota.", size=3),
        ),
    ),
    Fault(
        name="decoy_macro_drift",
        title="Times change",
        story=(
            "Over weeks applicants become a little weaker, since the economy does. Every statistic creeps, no day is unlike "
            "the day before, and nothing is to be stopped."
        ),
        at="world",
        table="applications",
        decoy=True,
        turns=_macro_drift,
        strengths=(
            Strength(says="Credit quality has fallen by a twentieth of a standard deviation in three weeks.", size=-0.0025),
            Strength(says="It has fallen by a tenth of a standard deviation.", size=-0.005),
            Strength(says="It has fallen by a sixth of a standard deviation.", size=-0.008),
        ),
    ),
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

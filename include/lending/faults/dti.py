"""What goes wrong with debt-to-income: rows D1 to D12 of the failure table in the domain notes (1.3), all bugs of our join."""

from typing import Final

from lending.faults.changes import Drop, Repeat, Rewrite
from lending.faults.fault import Fault, Strength
from lending.faults.picks import Pick
from lending.faults.scopes import Scope

_SCOPES: Final[tuple[Scope, ...]] = ("bureau", "shard")
_OLDER: Final = "(0.6 + 0.6 * _v)"
_STALE: Final = f"($housing + {_OLDER} * ($rev_min + $inst_payment))"
_KNOWN: Final = "(coalesce($housing, 0) + coalesce($rev_min, 0) + coalesce($inst_payment, 0))"


def _of_income(payments: str) -> str:
    return f"least(300, round(100 * {payments} / nullif($monthly_income, 0), 2))"


FAULTS: Final[tuple[Fault, ...]] = (
    Fault(
        name="D1",
        title="No income, and a perfect ratio",
        story=(
            "An income that was not found becomes 0, and the division by it is caught by answering 0. Somebody of whom "
            "nothing is known looks like somebody without debts, and is approved."
        ),
        at="job",
        table="dti_join",
        change=Rewrite({"monthly_income": "0", "ratios": "0", "dti_reason": "'ok'"}),
        pick=Pick(among=("$income_basis <> 'verified' OR $monthly_income IS NULL OR $monthly_income <= 0",)),
        roles=("key", "monthly_income", "income_basis", "dti"),
        scopes=_SCOPES,
        strengths=(
            Strength(says="Two in a hundred of those without a verified income.", share=0.02),
            Strength(says="A fifth of them.", share=0.2),
            Strength(says="All of them."),
        ),
    ),
    Fault(
        name="D2",
        title="A ratio where percent was promised",
        story=(
            "The join returns 0.36 for 36 percent. Every limit in percent is kept by everybody, and nobody is declined for debts."
        ),
        at="job",
        table="dti_join",
        change=Rewrite({"ratios": "$it / 100.0"}),
        scopes=_SCOPES,
        strengths=(
            Strength(says="One row in twenty.", share=0.05),
            Strength(says="A third of the rows.", share=0.35),
            Strength(says="Every row."),
        ),
    ),
    Fault(
        name="D3",
        title="A year's income taken for a month's",
        story=(
            "The income is not divided by twelve, so that debts are measured against a whole year's pay. All ratios are a "
            "twelfth of what they should be, and debts stop nobody."
        ),
        at="job",
        table="dti_join",
        change=Rewrite({"monthly_income": "$it * 12", "ratios": "round($it / 12, 2)"}),
        pick=Pick(among=("$dti > 0",)),
        roles=("key", "dti"),
        scopes=_SCOPES,
        strengths=(
            Strength(says="One row in fifty.", share=0.02),
            Strength(says="A quarter of the rows.", share=0.25),
            Strength(says="Every row."),
        ),
    ),
    Fault(
        name="D4",
        title="A missing debt counts as none",
        story=(
            "Where a bureau did not say what somebody owes, the sum is made of what is left. Ratios are too low exactly "
            "where least is known, and those people are approved."
        ),
        at="job",
        table="dti_join",
        change=Rewrite(
            {
                "housing": "coalesce($it, 0)",
                "rev_min": "coalesce($it, 0)",
                "inst_payment": "coalesce($it, 0)",
                "dti_front": _of_income("coalesce($housing, 0)"),
                "dti": _of_income(_KNOWN),
                "dti_post": _of_income(f"({_KNOWN} + coalesce($proposed, 0))"),
                "dti_reason": "'ok'",
            }
        ),
        pick=Pick(among=("$dti_reason = 'component_missing'",)),
        roles=("key", "dti", "dti_reason", "housing", "rev_min", "inst_payment", "monthly_income"),
        scopes=_SCOPES,
        strengths=(
            Strength(says="One in ten of those of whom a debt is missing.", share=0.10),
            Strength(says="Half of them.", share=0.5),
            Strength(says="All of them."),
        ),
    ),
    Fault(
        name="D5",
        title="Housing is counted twice",
        story=(
            "The mortgage that the bureau reports is added to the housing cost that the applicant stated. Owners' ratios "
            "rise by fifteen points, and those who pay for their own home are declined for it."
        ),
        at="job",
        table="dti_join",
        change=Rewrite({"dti": "least(300, $it + $dti_front)", "dti_post": "least(300, $it + $dti_front)"}),
        pick=Pick(among=("$housing > 1000", "$dti IS NOT NULL")),
        roles=("key", "dti", "dti_front", "housing"),
        scopes=_SCOPES,
        strengths=(
            Strength(says="One in twenty of the people with a large housing cost.", share=0.05),
            Strength(says="Four in ten of them.", share=0.4),
            Strength(says="All of them."),
        ),
    ),
    Fault(
        name="D6",
        title="The new loan is left out",
        story=(
            "After a clean-up of the code the ratio after the loan is the ratio before it. What the loan itself costs is "
            "not asked any more, and people are lent more than they can carry."
        ),
        at="job",
        table="dti_join",
        change=Rewrite({"dti_post": "$dti"}),
        pick=Pick(among=("$dti IS NOT NULL",)),
        roles=("key", "dti", "dti_post"),
        scopes=_SCOPES,
        strengths=(
            Strength(says="One row in twenty.", share=0.05),
            Strength(says="A third of the rows.", share=0.35),
            Strength(says="Every row."),
        ),
    ),
    Fault(
        name="D7",
        title="High ratios are cut off without a word",
        story=(
            "A cap that was meant for the screen is applied to the data, and the reason still says ok. The most indebted "
            "all have the same ratio, and with a low cap they pass the policy's own limit."
        ),
        at="job",
        table="dti_join",
        change=Rewrite({"ratios": "least($it, $size)", "dti_reason": "CASE WHEN $it = 'capped' THEN 'ok' ELSE $it END"}),
        pick=Pick(among=("$dti > $size",)),
        roles=("key", "dti", "dti_reason"),
        scopes=_SCOPES,
        strengths=(
            Strength(says="Ratios above 99.99 percent are 99.99.", size=99.99),
            Strength(says="Ratios above 60 percent are 60.", size=60),
            Strength(says="Ratios above 49.99 percent are 49.99, just within policy.", size=49.99),
        ),
    ),
    Fault(
        name="D8",
        title="Two rows for one application",
        story=(
            "Somebody with two verifications gets two rows, since the join no longer takes the latest. Applications are "
            "decided twice, with two ratios, and counted twice."
        ),
        at="job",
        table="dti_join",
        change=Repeat({"verification_id": "left($it, 24) || '0009' || substr($it, 29)"}),
        pick=Pick(among=("$verification_id IS NOT NULL",)),
        roles=("key", "verification_id"),
        scopes=_SCOPES,
        strengths=(
            Strength(says="One application in two hundred has two rows.", share=0.005),
            Strength(says="One in twenty has two.", share=0.05),
            Strength(says="A third have two.", share=0.35),
        ),
    ),
    Fault(
        name="D9",
        title="Who has no match is gone",
        story=(
            "An inner join drops every applicant without a report or without a verified income. They are decided on nothing "
            "or wait, and the approval rate of those who are left rises."
        ),
        at="job",
        table="dti_join",
        change=Drop(),
        pick=Pick(among=("$pull_id IS NULL OR $verification_id IS NULL",)),
        roles=("key", "pull_id", "verification_id"),
        scopes=_SCOPES,
        strengths=(
            Strength(says="Two in a hundred of those without a match.", share=0.02),
            Strength(says="A third of them.", share=0.35),
            Strength(says="All of them."),
        ),
    ),
    Fault(
        name="D10",
        title="Housing drops out of the definition",
        story=(
            "The ratio is computed without housing, as other lenders do, and is still called by the old name. It falls by "
            "some twenty-five points, and limits that were set for the other definition stop nobody."
        ),
        at="job",
        table="dti_join",
        change=Rewrite({"dti": "$it - $dti_front", "dti_post": "$it - $dti_front"}),
        pick=Pick(among=("$dti >= $dti_front AND $dti_front > 0",)),
        roles=("key", "dti", "dti_front"),
        scopes=_SCOPES,
        strengths=(
            Strength(says="One row in twenty.", share=0.05),
            Strength(says="Four in ten rows.", share=0.4),
            Strength(says="Every row."),
        ),
    ),
    Fault(
        name="D11",
        title="Ratios are rounded to whole percents",
        story=(
            "A column became an integer on its way. Ratios change by less than half a point, which decides for those at the "
            "limit alone."
        ),
        at="job",
        table="dti_join",
        change=Rewrite({"ratios": "round($it)"}),
        scopes=_SCOPES,
        strengths=(
            Strength(says="One row in ten.", share=0.10),
            Strength(says="Half of the rows.", share=0.5),
            Strength(says="Every row."),
        ),
    ),
    Fault(
        name="D12",
        title="Last month's debts with this month's income",
        story=(
            "The join takes the report of a month ago and the income of today. People who borrowed since look as they did "
            "before, and those who paid back are still charged for it."
        ),
        at="job",
        table="dti_join",
        change=Rewrite(
            {
                "pull_available": "$it - INTERVAL 31 DAY",
                "rev_min": f"round($it * {_OLDER}, 2)",
                "inst_payment": f"round($it * {_OLDER}, 2)",
                "dti": _of_income(_STALE),
                "dti_post": f"least(300, $it - $dti + {_of_income(_STALE)})",
            }
        ),
        pick=Pick(among=("$pull_available IS NOT NULL AND $dti IS NOT NULL",)),
        roles=("key", "dti", "pull_available", "housing", "rev_min", "inst_payment", "monthly_income"),
        scopes=_SCOPES,
        ramp_days=2,
        strengths=(
            Strength(says="One row in twenty.", share=0.05),
            Strength(says="A third of the rows.", share=0.35),
            Strength(says="Every row."),
        ),
    ),
)

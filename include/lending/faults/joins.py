"""What goes wrong where tables are joined and published: rows J1 to J10 of the failure table in the domain notes (1.4)."""

from typing import Final

from lending.faults.changes import Drop, Repeat, Rewrite
from lending.faults.fault import Fault, Strength
from lending.faults.picks import Pick
from lending.faults.scopes import Scope

_VECTOR: Final[tuple[Scope, ...]] = ("bureau", "state", "channel", "shard")
_APPLICATIONS: Final[tuple[Scope, ...]] = ("state", "channel", "hours", "shard")
_PULLS: Final[tuple[Scope, ...]] = ("bureau", "state", "hours", "shard")
_LEARNED: Final = "(0.75 + 0.3 * _v)"
_NEW_ID: Final = "CASE WHEN contains($it, '-') THEN CAST(CAST(md5($it || '/again') AS UUID) AS VARCHAR) ELSE $it || '9' END"

FAULTS: Final[tuple[Fault, ...]] = (
    Fault(
        name="J1",
        title="Ids are written another way",
        story=(
            "A bureau's export loses the dashes of application ids, or gains a zero in front. Nothing of it matches any "
            "more, and those applicants look like people without a file."
        ),
        at="delivery",
        table="bureau_pulls",
        change=Rewrite({"key": "CASE WHEN contains($it, '-') THEN replace($it, '-', '') ELSE '0' || $it END"}),
        scopes=_PULLS,
        usual={"bureau": ("TUC", "EXP", "EFX")},
        strengths=(
            Strength(says="Three in a hundred of one bureau's ids.", share=0.03),
            Strength(says="All of one bureau's ids."),
            Strength(says="The ids of every bureau.", everywhere=True),
        ),
    ),
    Fault(
        name="J2",
        title="Features from the future",
        story=(
            "The join takes what happened later, by the time of the event and not by when we knew of it. A model tested on "
            "such rows looks brilliant and decides live on what it does not have."
        ),
        at="job",
        table="feature_vector",
        change=Rewrite(
            {
                "income_available": "$as_of + to_hours(CAST(2 + floor(70 * _v) AS BIGINT))",
                "income_basis": "'verified'",
                "income": f"round($it * {_LEARNED}, 2)",
                "ratios": f"least(300, round($it / {_LEARNED}, 2))",
            }
        ),
        pick=Pick(among=("$income_basis <> 'verified' AND $income > 0",)),
        roles=("key", "as_of", "income_available", "income_basis", "income"),
        scopes=_VECTOR,
        strengths=(
            Strength(says="Two in a hundred of the incomes not verified in time.", share=0.02),
            Strength(says="A quarter of them.", share=0.25),
            Strength(says="All of them."),
        ),
    ),
    Fault(
        name="J3",
        title="New York and Greenwich mixed up",
        story=(
            "Servers write Greenwich time and call it New York's. The evening's applications land in the next day, four or "
            "five hours late, and are decided a day late or with a day's later knowledge."
        ),
        at="delivery",
        table="applications",
        change=Rewrite({"time": "timezone('America/New_York', timezone('UTC', $it))"}),
        roles=("key", "time"),
        scopes=_APPLICATIONS,
        strengths=(
            Strength(says="One application in twenty, of one new server.", share=0.05),
            Strength(says="Four in ten applications.", share=0.4),
            Strength(says="Every application."),
        ),
    ),
    Fault(
        name="J4",
        title="A backfill overwrites what decisions were made from",
        story=(
            "Somebody rebuilds a day later and publishes it under the version of that day, with what was learned since. "
            "What was decided can never again be explained by the features that are stored for it."
        ),
        at="job",
        table="feature_vector",
        change=Rewrite(
            {
                "as_of": "$it + to_days(CAST($size AS INTEGER))",
                "income_available": "CASE WHEN $income_basis = 'verified' THEN $it ELSE $as_of + to_days(1) END",
                "income": f"CASE WHEN $income_basis = 'verified' THEN $it ELSE round($it * {_LEARNED}, 2) END",
                "ratios": f"CASE WHEN $income_basis = 'verified' THEN $it ELSE least(300, round($it / {_LEARNED}, 2)) END",
                "income_basis": "CASE WHEN $income > 0 THEN 'verified' ELSE $it END",
            }
        ),
        roles=("key", "as_of"),
        scopes=_VECTOR,
        strengths=(
            Strength(says="One row in fifty is of three days later.", share=0.02, size=3),
            Strength(says="Half of the rows are of a week later.", share=0.5, size=7),
            Strength(says="The whole day is of a month later.", size=30),
        ),
    ),
    Fault(
        name="J5",
        title="Rows are joined out of step",
        story=(
            "Two arrays are put side by side after one was sorted, and each applicant gets a neighbour's report. Every "
            "column by itself is perfect; people are decided on each other's credit."
        ),
        at="job",
        table="feature_vector",
        change=Rewrite({"bureau_block": "lag($it, 1, $it) OVER (PARTITION BY _hit ORDER BY _v, _row)"}),
        scopes=_VECTOR,
        strengths=(
            Strength(says="One row in twenty.", share=0.05),
            Strength(says="A third of the rows.", share=0.35),
            Strength(says="Every row."),
        ),
    ),
    Fault(
        name="J6",
        title="What comes late is left out",
        story=(
            "The batch closes before the evening's pulls have come in and never looks again. The applicants of the last "
            "hours have no report, and wait or are taken for people without one."
        ),
        at="delivery",
        table="bureau_pulls",
        change=Drop(),
        pick=Pick("tail", along=("$time", "$key")),
        scopes=_PULLS,
        strengths=(
            Strength(says="The last three in a hundred pulls of the day, about an hour.", share=0.03),
            Strength(says="The last fifteen in a hundred, the late evening.", share=0.15),
            Strength(says="The last four in ten, everything since the afternoon.", share=0.4),
        ),
    ),
    Fault(
        name="J7",
        title="Applications are sent twice",
        story=(
            "The form sends again when somebody is impatient, under a new id. The same person for the same amount is "
            "decided twice within the hour, and may be lent twice."
        ),
        at="delivery",
        table="applications",
        change=Repeat({"key": _NEW_ID, "time": "$it + INTERVAL 11 MINUTE"}),
        scopes=_APPLICATIONS,
        strengths=(
            Strength(says="One application in a hundred comes twice.", share=0.01),
            Strength(says="One in twenty comes twice.", share=0.05),
            Strength(says="A third come twice.", share=0.35),
        ),
    ),
    Fault(
        name="J8",
        title="What is unknown is filled with the average",
        story=(
            "A default of the library fills gaps with 690 points, 33 percent and $52,000, and does not mark it. People of "
            "whom nothing is known become average customers, and average customers are approved."
        ),
        at="job",
        table="feature_vector",
        change=Rewrite(
            {
                "score": "coalesce($it, 690)",
                "score_reason": "CASE WHEN $score IS NULL THEN 'ok' ELSE $it END",
                "inquiries": "coalesce($it, 1)",
                "dti": "coalesce($it, 33)",
                "dti_reason": "'ok'",
                "income": "CASE WHEN $income_basis = 'verified' THEN $it ELSE 52000 END",
                "income_imputed": "FALSE",
            }
        ),
        pick=Pick(among=("$score IS NULL OR $dti IS NULL OR $income_basis <> 'verified'",)),
        roles=("key", "score", "dti", "income", "income_basis"),
        scopes=_VECTOR,
        strengths=(
            Strength(says="One in ten of the rows with a gap.", share=0.10),
            Strength(says="Half of them.", share=0.5),
            Strength(says="All of them."),
        ),
    ),
    Fault(
        name="J9",
        title="Two feature versions in one day",
        story=(
            "One worker still runs last year's release, whose ratios leave out a part of the debts. The model sees two "
            "definitions at once, and who is approved depends on the machine that computed the row."
        ),
        at="job",
        table="feature_vector",
        change=Rewrite(
            {
                "feature_version": "'fv-2025.4'",
                "snapshot": "md5(concat_ws('|', $key, 'fv-2025.4'))",
                "ratios": "round(0.88 * $it, 2)",
            }
        ),
        roles=("key", "feature_version"),
        scopes=_VECTOR,
        strengths=(
            Strength(says="One row in fifty is of the old release.", share=0.02),
            Strength(says="A quarter of the rows are.", share=0.25),
            Strength(says="Half of the rows are.", share=0.5),
        ),
    ),
    Fault(
        name="J10",
        title="A shard is missing",
        story=(
            "One of the sixteen parts of the export was never written, and no count was compared. A sixteenth of the "
            "applicants, chosen by nothing but their id, does not exist for the lender."
        ),
        at="delivery",
        table="applications",
        change=Drop(),
        pick=Pick("groups", along=("left(lower($key), 1)",)),
        scopes=("state", "channel", "hours"),
        strengths=(
            Strength(says="Half of one shard is missing.", share=0.5),
            Strength(says="One shard is missing."),
            Strength(says="Four shards are missing.", size=4),
        ),
    ),
)

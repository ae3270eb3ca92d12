"""What goes wrong with credit reports: rows B1 to B15 of the failure table in the domain notes (1.1)."""

from typing import Final

from lending.bureau_codes import BUREAUS, CODES, Kind
from lending.faults.changes import Drop, Repeat, Replay, Rewrite
from lending.faults.fault import Fault, Strength
from lending.faults.picks import Pick
from lending.faults.scopes import Scope

_SCOPES: Final[tuple[Scope, ...]] = ("bureau", "state", "hours", "shard")
_ONE: Final[dict[Scope, tuple[str, ...]]] = {"bureau": ("EXP", "EFX", "TUC")}
_CSV: Final[dict[Scope, tuple[str, ...]]] = {"bureau": ("EFX",)}
_UNSCORED: Final = "('no_hit', 'deceased', 'not_computable', 'none_recent')"
_SCORED: Final = "$score BETWEEN 300 AND 850"
_ORDINARY_COUNT: Final = "$it BETWEEN 0 AND 92"


def _not_computable(kind: Kind) -> str:
    """Each bureau's own code for what could not be computed."""
    codes = " ".join(f"WHEN '{bureau}' THEN {CODES[bureau][kind]['not_computable']}" for bureau in BUREAUS)
    return f"CASE WHEN $size >= 2 THEN NULL ELSE CASE $bureau {codes} END END"


FAULTS: Final[tuple[Fault, ...]] = (
    Fault(
        name="B1",
        title="A bureau does not answer",
        story=(
            "For some hours a bureau's service times out and the retries run out, so its pulls come back with nothing. "
            "Applicants of those hours cannot be scored and are referred, or worse, are read as people without a file."
        ),
        at="delivery",
        table="bureau_pulls",
        change=Rewrite({"answer": "NULL", "hit_status": "'timeout'"}),
        pick=Pick("stretch", along=("$time", "$key")),
        scopes=_SCOPES,
        usual=_ONE,
        strengths=(
            Strength(says="Ten percent of one bureau's pulls, about an hour at midday, time out.", share=0.10),
            Strength(says="A third of one bureau's pulls, half a working day, time out.", share=0.35),
            Strength(says="One bureau answers nothing all day.", share=1.0),
        ),
    ),
    Fault(
        name="B2",
        title="Yesterday's reports come again",
        story=(
            "A cache that never expired, or yesterday's file sent once more, answers today's requests with other people's "
            "reports. Every distribution looks perfect, and applicants are decided on credit that is not theirs."
        ),
        at="delivery",
        table="bureau_pulls",
        change=Replay(roles=("file",), whole=("request",), among="$file_date IS NOT NULL"),
        scopes=_SCOPES,
        usual=_ONE,
        needs_previous=True,
        strengths=(
            Strength(says="One in twenty of one bureau's answers comes from yesterday's cache.", share=0.05),
            Strength(says="Half of one bureau's answers come from yesterday's cache.", share=0.5),
            Strength(says="One bureau's file is yesterday's, ids and all.", share=1.0, size=2),
        ),
    ),
    Fault(
        name="B3",
        title="A special code is read as a number",
        story=(
            "After a change of our own code 9002, which says that there is no score, is taken for a score of 9002, and "
            "99,996 for a monthly instalment. People who cannot be scored are approved as the best risks there are."
        ),
        at="job",
        table="bureau_pull",
        change=Rewrite(
            {
                "score": f"CASE WHEN $score_reason IN {_UNSCORED} THEN $score_raw ELSE $it END",
                "score_reason": "CASE WHEN $score_raw IS NOT NULL THEN 'ok' ELSE $it END",
                "rev_util": "CASE WHEN $size >= 2 AND $rev_util_reason = 'no_trades_of_type' THEN 996 ELSE $it END",
                "rev_util_reason": "CASE WHEN $size >= 2 AND $it = 'no_trades_of_type' THEN 'ok' ELSE $it END",
                "inst_payment": "CASE WHEN $size >= 2 AND $inst_payment_reason = 'no_trades_of_type' THEN 99996 ELSE $it END",
                "inst_payment_reason": "CASE WHEN $size >= 2 AND $it = 'no_trades_of_type' THEN 'ok' ELSE $it END",
            }
        ),
        pick=Pick(among=(f"$score_reason IN {_UNSCORED} OR $size >= 2",)),
        roles=("key", "score", "score_raw", "score_reason"),
        scopes=("bureau", "hours", "shard"),
        strengths=(
            Strength(says="A tenth of those without a score get the code as one.", share=0.10),
            Strength(says="Everybody without a score gets the code as one.", share=1.0),
            Strength(says="The codes of utilisation and instalments become numbers as well.", share=1.0, size=2),
        ),
    ),
    Fault(
        name="B4",
        title="A new special code",
        story=(
            "A bureau's product release begins to send 9005 for files that could not be scored, a code that is in no table "
            "of ours. Read as a score it is the best there is, so that people with thin files are approved."
        ),
        at="delivery",
        table="bureau_pulls",
        change=Rewrite({"score": "9005"}),
        pick=Pick(among=("$score IN (9002, 9003)",)),
        roles=("key", "score"),
        scopes=_SCOPES,
        usual=_ONE,
        strengths=(
            Strength(says="A quarter of one bureau's unscorable files carry the new code.", share=0.25),
            Strength(says="Six in ten of one bureau's unscorable files carry it.", share=0.6),
            Strength(says="Every unscorable file of one bureau carries it.", share=1.0),
        ),
    ),
    Fault(
        name="B5",
        title="Another model's score in the score's column",
        story=(
            "A bureau answers some requests with VantageScore 4.0 where FICO 8 was ordered, numbers on the same scale that "
            "mean something else. Thin and troubled files score higher than they should, and the cutoff lets them in."
        ),
        at="delivery",
        table="bureau_pulls",
        change=Rewrite(
            {
                "score": "greatest(300, least(850, round(0.8 * $it + 165 + 60 * (_v - 0.5))))",
                "score_model": "CASE WHEN $size >= 2 THEN $it ELSE 'VS4' END",
            }
        ),
        pick=Pick(among=(_SCORED,)),
        roles=("key", "score"),
        scopes=_SCOPES,
        usual=_ONE,
        strengths=(
            Strength(says="One in twenty of one bureau's scores is VantageScore, and says so.", share=0.05),
            Strength(says="A third of one bureau's scores are VantageScore, and say so.", share=0.35),
            Strength(says="All of one bureau's scores are VantageScore, called FICO 8.", share=1.0, size=2),
        ),
    ),
    Fault(
        name="B6",
        title="The bureau miscalculates attributes",
        story=(
            "A change in a bureau's own code counts inquiries too often and forgets the oldest accounts, as at Equifax in "
            "the spring of 2022; the score hardly moves. Models that read the attributes decline people for inquiries that "
            "nobody made."
        ),
        at="delivery",
        table="bureau_pulls",
        change=Rewrite(
            {
                "inquiries": f"CASE WHEN {_ORDINARY_COUNT} THEN least(92, $it + 1 + floor(4 * _v)) ELSE $it END",
                "oldest_trade": "CASE WHEN $it BETWEEN 0 AND 992 THEN floor($it * 0.2 * _v) ELSE $it END",
                "score": f"CASE WHEN {_SCORED} AND _v < 0.12 THEN greatest(300, $it - 2 - floor(150 * _v)) ELSE $it END",
            }
        ),
        roles=("key", "inquiries"),
        scopes=_SCOPES,
        usual=_ONE,
        ramp_days=3,
        strengths=(
            Strength(says="One in twenty of one bureau's files is miscalculated.", share=0.05),
            Strength(says="A third of one bureau's files are miscalculated.", share=0.35),
            Strength(says="All of one bureau's files are miscalculated.", share=1.0),
        ),
    ),
    Fault(
        name="B7",
        title="Credit limits lose two digits",
        story=(
            "A field is read one position short, and a limit of $1,300 becomes $13, as once at Experian. Utilisation "
            "explodes, and careful customers look as if they had drawn every card to the last."
        ),
        at="delivery",
        table="bureau_pulls",
        change=Rewrite(
            {"rev_limit": "$it // 100", "rev_util": "least(900, round(100.0 * $rev_balance / greatest(1, $rev_limit // 100)))"}
        ),
        pick=Pick(among=("$rev_limit BETWEEN 100 AND 9999995", "$rev_balance BETWEEN 0 AND 9999995")),
        roles=("key", "rev_limit", "rev_balance"),
        scopes=_SCOPES,
        usual=_ONE,
        strengths=(
            Strength(says="Two in a hundred limits of one bureau are cut.", share=0.02),
            Strength(says="A third of one bureau's limits are cut.", share=0.35),
            Strength(says="All of one bureau's limits are cut.", share=1.0),
        ),
    ),
    Fault(
        name="B8",
        title="A fraction where percent was promised",
        story=(
            "A bureau begins to send utilisation as a share of one, so that 45 percent arrives as 0 or 1. Everybody looks "
            "as if they hardly used their cards, and risk is priced too low."
        ),
        at="delivery",
        table="bureau_pulls",
        change=Rewrite({"rev_util": "round($it / 100.0)"}),
        pick=Pick(among=("$rev_util BETWEEN 0 AND 200",)),
        roles=("key", "rev_util"),
        scopes=_SCOPES,
        usual=_ONE,
        strengths=(
            Strength(says="One in twenty of one bureau's files has the fraction.", share=0.05),
            Strength(says="Half of one bureau's files have it.", share=0.5),
            Strength(says="All of one bureau's files have it.", share=1.0),
        ),
    ),
    Fault(
        name="B9",
        title="Columns shift by one",
        story=(
            "A vendor adds a field in the middle of a file without names, and every attribute after it is read from its "
            "neighbour's place. All values still parse; balances become limits and counts become months."
        ),
        at="delivery",
        table="bureau_pulls",
        change=Rewrite({"attributes": "$before"}),
        pick=Pick("tail", along=("$time", "$key")),
        scopes=_SCOPES,
        usual=_CSV,
        strengths=(
            Strength(says="The last tenth of the file has the new layout.", share=0.10),
            Strength(says="The second half of the file has the new layout.", share=0.5),
            Strength(says="The whole file has the new layout.", share=1.0),
        ),
    ),
    Fault(
        name="B10",
        title="Retries are kept as pulls of their own",
        story=(
            "Our pull keeps both answers where a request was sent twice within seconds, each under an id of its own. "
            "Whatever joins by application finds two reports, doubles the row, and may decide one application twice."
        ),
        at="job",
        table="bureau_pull",
        change=Repeat({"row_id": "left($it, 24) || '0009' || substr($it, 29)", "time": "$it + INTERVAL 7 SECOND"}),
        roles=("key", "row_id"),
        scopes=("bureau", "hours", "shard"),
        strengths=(
            Strength(says="One application in two hundred has two pulls.", share=0.005),
            Strength(says="One in twenty has two.", share=0.05),
            Strength(says="Half of them have two.", share=0.5),
        ),
    ),
    Fault(
        name="B11",
        title="Another person's file",
        story=(
            "A bureau's matching loosens, and requests are answered with the file of somebody who shares a name. People are "
            "declined for a stranger's debts or approved on a stranger's merits, which is a matter for compliance too."
        ),
        at="delivery",
        table="bureau_pulls",
        change=Rewrite({"file": "lag($it, 1, $it) OVER (PARTITION BY _hit ORDER BY _v, _row)"}),
        pick=Pick(among=("$file_date IS NOT NULL",)),
        scopes=_SCOPES,
        strengths=(
            Strength(says="One file in a hundred is another person's.", share=0.01),
            Strength(says="Four in a hundred are.", share=0.04),
            Strength(says="A fifth are.", share=0.2),
        ),
    ),
    Fault(
        name="B12",
        title="Pulled for a purpose that does not permit it",
        story=(
            "A configuration sends applications under the purpose of an account review, and offers of credit as hard pulls. "
            "Each such pull breaks the law whatever it says, and a hard one costs the consumer points."
        ),
        at="delivery",
        table="bureau_pulls",
        change=Rewrite(
            {
                "purpose": "CASE WHEN $pull_type = 'prescreen' THEN $it ELSE 'account_review' END",
                "pull_type": "CASE WHEN $it = 'prescreen' THEN 'hard' ELSE 'soft' END",
            }
        ),
        roles=("key", "purpose", "pull_type"),
        scopes=_SCOPES,
        strengths=(
            Strength(says="One pull in five hundred.", share=0.002),
            Strength(says="One in twenty.", share=0.05),
            Strength(says="All of them.", share=1.0),
        ),
    ),
    Fault(
        name="B13",
        title="A block of the report is missing",
        story=(
            "A product is renewed without its trended block, or a whole block of answers is left out of one bureau's "
            "records. Models that count on it fall back to nothing, and applicants of that bureau are judged on less than "
            "the others."
        ),
        at="delivery",
        table="bureau_pulls",
        change=Rewrite(
            {
                "trend_percents": _not_computable("percent"),
                "trend_amounts": _not_computable("usd"),
                "score": "CASE WHEN $size >= 2 THEN NULL ELSE $it END",
                "score_model": "CASE WHEN $size >= 2 THEN NULL ELSE $it END",
                "attributes": "CASE WHEN $size >= 2 THEN NULL ELSE $it END",
            }
        ),
        pick=Pick(among=("$file_date IS NOT NULL OR $size >= 2",)),
        roles=("key", "bureau"),
        scopes=_SCOPES,
        usual=_ONE,
        strengths=(
            Strength(says="A tenth of one bureau's files lack the trended block.", share=0.10),
            Strength(says="All of one bureau's files lack the trended block.", share=1.0),
            Strength(says="One bureau's records lack score and attributes altogether.", share=1.0, size=2),
        ),
    ),
    Fault(
        name="B14",
        title="The file breaks off",
        story=(
            "An upload ends early and nobody compares the rows with the trailer; the file is sorted, so whole states are "
            "gone. Their applicants have no report and wait, or are taken for people without a file."
        ),
        at="delivery",
        table="bureau_pulls",
        change=Drop(),
        pick=Pick("tail", along=("$state", "$time", "$key")),
        scopes=_SCOPES,
        usual=_ONE,
        strengths=(
            Strength(says="The last three in a hundred rows of one bureau are missing.", share=0.03),
            Strength(says="The last four in ten are missing.", share=0.4),
            Strength(says="Nine in ten are missing.", share=0.9),
        ),
    ),
    Fault(
        name="B15",
        title="Many people freeze their files",
        story=(
            "After a breach in the news twice as many applicants as usual have frozen their files. That is the population "
            "and no fault: it is to be said, and nothing is to be stopped."
        ),
        at="delivery",
        table="bureau_pulls",
        change=Rewrite({"frozen": "TRUE"}),
        roles=("key", "frozen"),
        scopes=_SCOPES,
        ramp_days=3,
        decoy=True,
        strengths=(
            Strength(says="Two in a hundred more have frozen their file.", share=0.02),
            Strength(says="Six in a hundred more have.", share=0.06),
            Strength(says="One in eight more has.", share=0.12),
        ),
    ),
)

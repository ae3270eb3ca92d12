"""What goes wrong with decisions and outcomes: rows L1 to L10 of the failure table in the domain notes (1.5)."""

from typing import Final

from lending.faults.changes import Drop, Repeat, Rewrite
from lending.faults.fault import Fault, Strength
from lending.faults.picks import Pick
from lending.faults.scopes import Scope

_SCOPES: Final[tuple[Scope, ...]] = ("hours", "shard")
_MISSED: Final = "$decided = 'decline' AND $pd < $size AND ($rules IS NULL OR $size > 0.5)"
_SATURATED: Final = "$decided = 'decline' AND $pd < 0.5 AND $rules IS NULL"
_OLD_PD: Final = "least(1.0, 1.15 * $pd)"
_OLD_DECLINES: Final = f"$decided = 'approve' AND {_OLD_PD} >= $cutoff"
_MIRRORED: Final = "(1 / (1 + 47.5 * $pd / greatest(1e-6, 1 - $pd)))"
_MIRROR_DECIDES: Final = (
    f"CASE WHEN $decided = 'refer' THEN 'refer' WHEN $rules IS NULL AND {_MIRRORED} < $cutoff THEN 'approve' ELSE 'decline' END"
)
_GUESSED: Final = "$decided <> 'approve' AND ($rules IS NULL OR $rules = 'unscorable')"
_OPPOSITE: Final = "CASE WHEN $decided = 'approve' THEN 'decline' ELSE 'approve' END"


def _decision(decided: str) -> dict[str, str]:
    """The decision with the offer and the first reason that go with it."""
    return {
        "decided": decided,
        "reasons": f"CASE WHEN ({decided}) = 'approve' THEN NULL ELSE $it END",
        "reason": f"CASE WHEN ({decided}) = 'approve' THEN NULL ELSE coalesce($it, 'credit_score_low') END",
        "offered_amount": f"CASE WHEN ({decided}) = 'approve' THEN coalesce($it, 10000) END",
        "offered_apr": f"CASE WHEN ({decided}) = 'approve' THEN coalesce($it, 19.99) END",
    }


FAULTS: Final[tuple[Fault, ...]] = (
    Fault(
        name="L1",
        title="The cutoff is set wrongly",
        story=(
            "Somebody types 0.75 for 0.075, and the score floor is compared on another scale. Within a day nearly everybody "
            "who can be scored is approved, and the losses come a year later."
        ),
        at="delivery",
        table="decisions",
        change=Rewrite({"cutoff": "$size", **_decision(f"CASE WHEN {_MISSED} THEN 'approve' ELSE $decided END")}),
        roles=("key", "decided", "pd", "cutoff", "rules"),
        scopes=_SCOPES,
        strengths=(
            Strength(says="For one in twenty decisions the cutoff is 0.085.", share=0.05, size=0.085),
            Strength(says="The cutoff is 0.15, twice as high.", size=0.15),
            Strength(says="The cutoff is 0.75, and the score floor stops nobody.", size=0.75),
        ),
    ),
    Fault(
        name="L2",
        title="Two model versions at once",
        story=(
            "A rollout stops half way, and instances with the old model keep deciding. Who is approved depends on the "
            "instance that answered, and the old one is harsher."
        ),
        at="delivery",
        table="decisions",
        change=Rewrite(
            {
                "model_version": "'4.1.3'",
                "pd": _OLD_PD,
                **_decision(f"CASE WHEN {_OLD_DECLINES} THEN 'decline' ELSE $decided END"),
            }
        ),
        pick=Pick(among=("$mode = 'model'",)),
        roles=("key", "model_version", "pd", "decided", "cutoff"),
        scopes=_SCOPES,
        strengths=(
            Strength(says="One decision in fifty is the old model's.", share=0.02),
            Strength(says="A quarter are the old model's.", share=0.25),
            Strength(says="Half are the old model's.", share=0.5),
        ),
    ),
    Fault(
        name="L3",
        title="Reasons are empty, or always the same",
        story=(
            "The explanation service fails and decisions go out without reasons, or with the same one for all. The law "
            "requires the true and specific ones, and each such notice is a breach."
        ),
        at="delivery",
        table="decisions",
        change=Rewrite({"reasons": "NULL", "reason": "CASE WHEN $size >= 2 THEN 'credit_score_low' END"}),
        pick=Pick(among=("$decided = 'decline'",)),
        roles=("key", "decided", "reasons"),
        scopes=_SCOPES,
        strengths=(
            Strength(says="Two in a hundred declines have no reason.", share=0.02),
            Strength(says="Half of the declines have the same one reason.", share=0.5, size=2),
            Strength(says="All declines have the same one reason.", size=2),
        ),
    ),
    Fault(
        name="L4",
        title="Notices are late",
        story=(
            "The letters of decline wait in a queue that nobody reads. They are due within days and unsent, and each one "
            "that passes its day is a breach."
        ),
        at="delivery",
        table="decisions",
        change=Rewrite({"notice_due": "$time + INTERVAL 3 DAY", "notice_sent": "NULL"}),
        pick=Pick(among=("$decided = 'decline'",)),
        roles=("key", "decided", "time", "notice_due", "notice_sent"),
        scopes=_SCOPES,
        strengths=(
            Strength(says="One notice in a hundred.", share=0.01),
            Strength(says="One in ten.", share=0.10),
            Strength(says="Six in ten.", share=0.6),
        ),
    ),
    Fault(
        name="L5",
        title="Probabilities stick at zero and one",
        story=(
            "A score is multiplied by a hundred before it becomes a probability, and every one is 0 or 1. Whoever was at "
            "0.4 is at 0, and is approved as if without risk."
        ),
        at="delivery",
        table="decisions",
        change=Rewrite(
            {
                "pd": "CASE WHEN $it < 0.5 THEN 0 ELSE 1 END",
                **_decision(f"CASE WHEN {_SATURATED} THEN 'approve' ELSE $decided END"),
            }
        ),
        pick=Pick(among=("$pd IS NOT NULL",)),
        roles=("key", "pd", "decided", "rules"),
        scopes=_SCOPES,
        strengths=(
            Strength(says="One decision in fifty.", share=0.02),
            Strength(says="A quarter of the decisions.", share=0.25),
            Strength(says="Every decision."),
        ),
    ),
    Fault(
        name="L6",
        title="Good and bad change places",
        story=(
            "A recalibration turns the sign, and the best customers get the highest probability of default. The lender "
            "declines whom it should approve and approves whom it should decline, at the usual rate."
        ),
        at="delivery",
        table="decisions",
        change=Rewrite({"pd": _MIRRORED, **_decision(_MIRROR_DECIDES)}),
        pick=Pick(among=("$pd IS NOT NULL",)),
        roles=("key", "pd", "decided", "rules", "cutoff"),
        scopes=_SCOPES,
        strengths=(
            Strength(says="One decision in twenty.", share=0.05),
            Strength(says="A third of the decisions.", share=0.35),
            Strength(says="Every decision."),
        ),
    ),
    Fault(
        name="L7",
        title="A default is logged as the model's decision",
        story=(
            "The model does not answer within five seconds, a default of 0.07 stands in, and the log says that the model "
            "decided. People are approved by a constant, and nobody will find out by reading the log."
        ),
        at="delivery",
        table="decisions",
        change=Rewrite(
            {
                "latency": "5000",
                "mode": "'model'",
                "pd": "0.07",
                **_decision(f"CASE WHEN {_GUESSED} THEN 'approve' ELSE $decided END"),
            }
        ),
        pick=Pick("stretch", along=("$time", "$key")),
        roles=("key", "decided", "latency", "mode", "pd", "rules"),
        scopes=_SCOPES,
        strengths=(
            Strength(says="One decision in a hundred, for some minutes.", share=0.01),
            Strength(says="One in ten, for an hour.", share=0.10),
            Strength(says="Six in ten, for most of the day.", share=0.6),
        ),
    ),
    Fault(
        name="L8",
        title="One application, two decisions",
        story=(
            "A message is handled twice, the second time with other data, and both decisions are final. The customer has a "
            "letter of approval and one of decline."
        ),
        at="delivery",
        table="decisions",
        change=Repeat(
            {
                "row_id": "left($it, 24) || '0009' || substr($it, 29)",
                "time": "$it + INTERVAL 40 SECOND",
                **_decision(_OPPOSITE),
            }
        ),
        pick=Pick(among=("$decided IN ('approve', 'decline')",)),
        roles=("key", "row_id", "decided"),
        scopes=_SCOPES,
        strengths=(
            Strength(says="One application in five hundred has two decisions.", share=0.002),
            Strength(says="Two in a hundred have two.", share=0.02),
            Strength(says="A fifth have two.", share=0.2),
        ),
    ),
    Fault(
        name="L9",
        title="A vintage is missing from the outcomes",
        story=(
            "The servicer's file leaves out the loans of a month. A model trained on it never sees those that went bad, and "
            "risk looks lower than it is."
        ),
        at="delivery",
        table="outcomes",
        change=Drop(),
        pick=Pick("groups", along=("$vintage",)),
        roles=("key", "vintage"),
        scopes=("shard",),
        strengths=(
            Strength(says="Half of one vintage is missing.", share=0.5),
            Strength(says="One vintage is missing."),
            Strength(says="Three vintages are missing.", size=3),
        ),
    ),
    Fault(
        name="L10",
        title="Decided on features that were held",
        story=(
            "A cache serves feature vectors of a revision that the gate held, and the log shows their ids. Decisions rest "
            "on data that was judged unfit, and each must be looked at again."
        ),
        at="delivery",
        table="decisions",
        change=Rewrite({"snapshot": "md5(concat_ws('|', 'held', $it))"}),
        pick=Pick(among=("$snapshot IS NOT NULL",)),
        roles=("key", "snapshot"),
        scopes=_SCOPES,
        strengths=(
            Strength(says="One decision in a hundred.", share=0.01),
            Strength(says="One in ten.", share=0.10),
            Strength(says="All of them."),
        ),
    ),
)

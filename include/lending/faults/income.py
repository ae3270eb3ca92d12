"""What goes wrong with verified incomes: rows I1 to I15 of the failure table in the domain notes (1.2)."""

from typing import Final

from lending.faults.changes import Repeat, Rewrite
from lending.faults.fault import Fault, Strength
from lending.faults.picks import Pick
from lending.faults.scopes import Scope

_SCOPES: Final[tuple[Scope, ...]] = ("vendor", "hours", "shard")
_ONE: Final[dict[Scope, tuple[str, ...]]] = {"vendor": ("doc_desk", "payroll_hub", "employer_db")}
_LARGEST: Final[dict[Scope, tuple[str, ...]]] = {"vendor": ("employer_db",)}
_HUB: Final[dict[Scope, tuple[str, ...]]] = {"vendor": ("payroll_hub",)}

_NET: Final = "coalesce($ytd_net / nullif($ytd_gross, 0), 0.75)"
_GIFT: Final = "coalesce(nullif($refund, 0), 1400 + 1400 * _v) / $size"
_OTHER_COMMA: Final = (
    "replace(replace(replace(format('{:,.2f}', CAST($it AS DOUBLE)), ',', ' '), '.', ','), ' ', '.')"  # 1.607,63
)
_TWO_WEEKS: Final = "regexp_replace(lower($pay_period), '[^a-z]', '', 'g') IN ('biweekly', 'everytwoweeks')"

FAULTS: Final[tuple[Fault, ...]] = (
    Fault(
        name="I1",
        title="A year's pay is called a month's, or the reverse",
        story=(
            "A payroll vendor sends the yearly salary of the salaried and calls it monthly, or a month's and calls it "
            "yearly. Incomes are twelve times too high and bad loans look affordable, or a twelfth and good customers are "
            "declined."
        ),
        at="delivery",
        table="income_verifications",
        change=Rewrite(
            {
                "pay_amount": "CASE WHEN $size < 1 THEN round($annual / 12, 2) ELSE $annual END",
                "pay_period": (
                    "CASE WHEN $size < 1 AND $it = upper($it) THEN 'ANNUAL' WHEN $size < 1 THEN 'annually' "
                    "WHEN $it = upper($it) THEN 'MONTHLY' ELSE 'monthly' END"
                ),
                "income": "CASE WHEN $size < 1 THEN $it / 12 ELSE $it * 12 END",
            }
        ),
        pick=Pick(among=("$annual IS NOT NULL", "$pay_amount IS NOT NULL AND $hours IS NULL", "$income > 0")),
        scopes=_SCOPES,
        usual=_ONE,
        strengths=(
            Strength(says="A tenth of one vendor's salaried people have a month's pay called a year's.", share=0.10, size=0.1),
            Strength(says="All of one vendor's salaried people have a year's pay called a month's."),
            Strength(says="Salaried people of all vendors have a year's pay called a month's.", everywhere=True),
        ),
    ),
    Fault(
        name="I2",
        title="Fortnightly pay counted 24 times a year",
        story=(
            "After a change in our own code pay every two weeks counts as pay twice a month, 24 times a year and not 26. "
            "Every such income is 7.7 percent too low, which no single file shows, and people near the limits are declined."
        ),
        at="job",
        table="income_verification",
        change=Rewrite(
            {"income": "round($it * CASE WHEN $pay_period = 'biweekly' THEN 24 / 26 ELSE 48 / 52 END, 2)"},
        ),
        pick=Pick(among=("$income IS NOT NULL", "$pay_period = 'biweekly' OR ($size >= 2 AND $pay_period = 'weekly')")),
        roles=("key", "income", "pay_period"),
        scopes=_SCOPES,
        strengths=(
            Strength(says="One in ten of the people paid every two weeks.", share=0.10),
            Strength(says="Everybody paid every two weeks."),
            Strength(says="Weekly pay counts 48 times as well.", size=2),
        ),
    ),
    Fault(
        name="I3",
        title="Forty hours for part-timers, or the hourly rate for the year",
        story=(
            "Where hours are needed our code assumes forty, or takes $22.50 an hour for the income of a year. Part-timers "
            "look richer than they are and are approved, or people paid by the hour look penniless."
        ),
        at="job",
        table="income_verification",
        change=Rewrite({"income": "CASE WHEN $size >= 2 THEN $pay_amount ELSE $pay_amount * 2080 END"}),
        pick=Pick(among=("$income IS NOT NULL", "$pay_period = 'hourly'", "$hours <> 40 OR $size >= 2")),
        roles=("key", "income", "pay_period", "pay_amount", "hours"),
        scopes=_SCOPES,
        strengths=(
            Strength(says="A quarter of the part-timers get forty hours.", share=0.25),
            Strength(says="Every part-timer gets forty hours."),
            Strength(says="For everybody paid by the hour the rate is the year's income.", size=2),
        ),
    ),
    Fault(
        name="I4",
        title="Net pay in place of gross",
        story=(
            "A vendor begins to send what is paid out, after taxes, where gross pay was agreed. Incomes are a quarter too "
            "low, debt-to-income a third too high, and people who can pay are declined."
        ),
        at="delivery",
        table="income_verifications",
        change=Rewrite(
            {
                "pay_amount": f"round($it * {_NET}, 2)",
                "annual": f"round($it * {_NET}, 2)",
                "income": "round($it * 0.74, 2)",
            }
        ),
        pick=Pick(among=("$pay_amount IS NOT NULL AND $annual IS NOT NULL", "$income > 0")),
        scopes=_SCOPES,
        usual=_ONE,
        strengths=(
            Strength(says="One in ten of one vendor's incomes is net.", share=0.10),
            Strength(says="All of one vendor's incomes are net."),
            Strength(says="Every income with a pay slip is net.", everywhere=True),
        ),
    ),
    Fault(
        name="I5",
        title="Old verifications are used again",
        story=(
            "To save a fee the vendor answers from verifications of months ago, all marked with the same old day. People "
            "are judged on the pay of a job that they may have left, beyond what policy allows."
        ),
        at="delivery",
        table="income_verifications",
        change=Rewrite(
            {
                "document_date": "$it - CAST($size AS INTEGER)",
                "verified_at": "date_trunc('month', $it) - to_days(CAST($size AS INTEGER))",
                "pay_amount": "round($it * 0.96, 2)",
                "annual": "round($it * 0.96, 2)",
            }
        ),
        pick=Pick(among=("$document_date IS NOT NULL",)),
        roles=("key", "document_date"),
        scopes=_SCOPES,
        usual=_ONE,
        strengths=(
            Strength(says="One in twenty of one vendor's verifications is 45 days older.", share=0.05, size=45),
            Strength(says="Four in ten of one vendor's verifications are 90 days older.", share=0.4, size=90),
            Strength(says="All verifications are 150 days older.", size=150, everywhere=True),
        ),
    ),
    Fault(
        name="I6",
        title="People who left their job count as employed",
        story=(
            "The vendor's record says when the job ended and still calls the person active. The income of a job that is "
            "gone is taken for income, and the loan is priced for somebody who earns."
        ),
        at="delivery",
        table="income_verifications",
        change=Rewrite(
            {"employment": "'active'", "termination_date": "CAST($time AS DATE) - CAST(10 + floor(80 * _v) AS INTEGER)"},
        ),
        pick=Pick(among=("$employment IS NOT NULL", "$annual IS NOT NULL")),
        roles=("key", "employment", "termination_date", "time"),
        scopes=_SCOPES,
        strengths=(
            Strength(says="One verified person in two hundred has left.", share=0.005),
            Strength(says="Three in a hundred have left.", share=0.03),
            Strength(says="A fifth have left.", share=0.2),
        ),
    ),
    Fault(
        name="I7",
        title="A vendor is out, and stated incomes stand in silently",
        story=(
            "For hours a vendor finds nobody, and what people say they earn takes the place of what was verified. Incomes "
            "rise by three to five percent, and those who exaggerate most gain most."
        ),
        at="delivery",
        table="income_verifications",
        change=Rewrite({"verification": "NULL", "status": "'unable_to_verify'"}),
        pick=Pick("stretch", along=("$time", "$key"), among=("$status = 'completed'",)),
        scopes=_SCOPES,
        usual=_LARGEST,
        strengths=(
            Strength(says="The largest vendor is out for a tenth of its orders.", share=0.10),
            Strength(says="The largest vendor is out all day."),
            Strength(says="All vendors are out for three quarters of the day.", share=0.75, everywhere=True),
        ),
    ),
    Fault(
        name="I8",
        title="Amounts written with another comma",
        story=(
            "After a move to servers in Europe a vendor writes 1.607,63 for 1,607.63. Read strictly the income is gone and "
            "the stated one takes its place; read carelessly it is a thousand times too small."
        ),
        at="delivery",
        table="income_verifications",
        change=Rewrite(
            {"pay_amount": _OTHER_COMMA, "annual": _OTHER_COMMA, "income": _OTHER_COMMA},
            as_text=("pay_amount", "annual", "income"),
        ),
        scopes=_SCOPES,
        usual=_ONE,
        strengths=(
            Strength(says="One in ten of one vendor's amounts.", share=0.10),
            Strength(says="All of one vendor's amounts."),
            Strength(says="The amounts of every vendor.", everywhere=True),
        ),
    ),
    Fault(
        name="I9",
        title="Tax refunds count as income",
        story=(
            "The vendor that reads bank accounts takes a tax refund or a stimulus payment for pay that comes every month. "
            "People with low incomes gain most, and are lent what they cannot repay once the spring is over."
        ),
        at="delivery",
        table="income_verifications",
        change=Rewrite({"deposits": f"$it + {_GIFT}", "annual": f"12 * ($deposits + {_GIFT})"}),
        pick=Pick(among=("$deposits IS NOT NULL AND $annual IS NOT NULL",)),
        roles=("key", "deposits", "annual", "refund"),
        scopes=_SCOPES,
        strengths=(
            Strength(says="A third of bank incomes have a refund spread over a year.", share=0.33, size=12),
            Strength(says="Two thirds of bank incomes have a refund spread over a quarter.", share=0.66, size=3),
            Strength(says="Every bank income has a refund for every month.", size=1),
        ),
    ),
    Fault(
        name="I10",
        title="The co-applicant's income is counted as the applicant's",
        story=(
            "The incomes of a couple are added up and sent as that of one person, with or without a mark. The applicant's "
            "income doubles, and a loan in one name rests on two wages."
        ),
        at="delivery",
        table="income_verifications",
        change=Rewrite(
            {
                "pay_amount": "round($it * (1.8 + 0.4 * _v), 2)",
                "annual": "round($it * (1.8 + 0.4 * _v), 2)",
                "joint": "CASE WHEN $size >= 2 THEN $it ELSE TRUE END",
                "income": "round($it * (1.8 + 0.4 * _v), 2)",
            }
        ),
        pick=Pick(among=("$annual IS NOT NULL", "$income > 0")),
        scopes=_SCOPES,
        strengths=(
            Strength(says="One income in two hundred is a couple's, and says so.", share=0.005),
            Strength(says="Four in a hundred are a couple's, and say so.", share=0.04),
            Strength(says="A fifth are a couple's, and say nothing.", share=0.2, size=2),
        ),
    ),
    Fault(
        name="I11",
        title="Answers that are still to come count as no, or as zero",
        story=(
            "The vendor closes requests that are still open, as not found or as an income of zero. People whose employer "
            "simply has not answered yet are declined for an income that nobody looked up."
        ),
        at="delivery",
        table="income_verifications",
        change=Rewrite(
            {
                "status": "CASE WHEN $size >= 2 THEN 'completed' ELSE 'unable_to_verify' END",
                "annual": "CASE WHEN $size >= 2 THEN 0 ELSE $it END",
            }
        ),
        pick=Pick(among=("$status = 'in_progress' OR ($size >= 2 AND $status = 'unable_to_verify')",)),
        roles=("key", "status", "annual"),
        scopes=_SCOPES,
        strengths=(
            Strength(says="All open requests are closed as not found."),
            Strength(says="Seven in ten that are open or not found have an income of zero.", share=0.7, size=2),
            Strength(says="All that are open or not found have an income of zero.", size=2),
        ),
    ),
    Fault(
        name="I12",
        title="A pay period in a new word",
        story=(
            "A vendor's release calls pay every two weeks EVERY_OTHER_WEEK, a word that is in no list of ours. Such pay "
            "cannot be turned into a year's income, and the people most often paid that way lose their verified income."
        ),
        at="delivery",
        table="income_verifications",
        change=Rewrite({"pay_period": "'EVERY_OTHER_WEEK'"}),
        pick=Pick(among=(_TWO_WEEKS,)),
        roles=("key", "pay_period"),
        scopes=_SCOPES,
        usual=_ONE,
        ramp_days=2,
        strengths=(
            Strength(says="A quarter of one vendor's fortnightly pay.", share=0.25),
            Strength(says="All of one vendor's fortnightly pay."),
            Strength(says="The fortnightly pay of every vendor.", everywhere=True),
        ),
    ),
    Fault(
        name="I13",
        title="Messages are delivered twice",
        story=(
            "The vendor's webhook repeats what was received, under a new id and with the transaction of the first. Whoever "
            "counts or adds up verifications counts them twice, and a join by application doubles its rows."
        ),
        at="delivery",
        table="income_verifications",
        change=Repeat(
            {"row_id": "left($it, 24) || '0009' || substr($it, 29)", "available": "$it + INTERVAL 40 SECOND"},
        ),
        pick=Pick(among=("$transaction IS NOT NULL",)),
        roles=("key", "row_id", "transaction"),
        scopes=_SCOPES,
        strengths=(
            Strength(says="One message in two hundred comes twice.", share=0.005),
            Strength(says="One in twenty comes twice.", share=0.05),
            Strength(says="Six in ten come twice.", share=0.6),
        ),
    ),
    Fault(
        name="I14",
        title="Pay slips of the future, or cancelled ones",
        story=(
            "The vendor includes pay slips that are only scheduled, or were cancelled. An income is proven by money that "
            "was never paid."
        ),
        at="delivery",
        table="income_verifications",
        change=Rewrite(
            {
                "paystub_date": "CAST($time AS DATE) + CAST(3 + floor(20 * _v) AS INTEGER)",
                "paystub_status": "CASE WHEN _v < 0.5 THEN 'scheduled' ELSE 'cancelled' END",
            }
        ),
        pick=Pick(among=("$paystub_date IS NOT NULL",)),
        roles=("key", "paystub_date", "paystub_status", "time"),
        scopes=_SCOPES,
        strengths=(
            Strength(says="One pay slip in two hundred.", share=0.005),
            Strength(says="One in twenty.", share=0.05),
            Strength(says="Four in ten.", share=0.4),
        ),
    ),
    Fault(
        name="I15",
        title="A year's income from the pay since January",
        story=(
            "Our code takes the pay since the year began and stretches it to a year, instead of the rate of pay. In January "
            "a single pay day becomes a fortune, and whoever began a job this year looks poor."
        ),
        at="job",
        table="income_verification",
        change=Rewrite({"income": "least(9e9, round($ytd_gross * 365.0 / greatest(1, dayofyear($paystub_date)), 2))"}),
        pick=Pick(among=("$ytd_gross IS NOT NULL AND $paystub_date IS NOT NULL AND $income IS NOT NULL",)),
        roles=("key", "income", "ytd_gross", "paystub_date"),
        scopes=_SCOPES,
        usual=_HUB,
        strengths=(
            Strength(says="A fifth of one vendor's incomes.", share=0.2),
            Strength(says="All of one vendor's incomes."),
            Strength(says="Every income with a pay slip.", everywhere=True),
        ),
    ),
)

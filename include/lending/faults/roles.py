"""What the columns of a table mean: role names, and which column has which role in the tables of the world, in our jobs'
candidates and in the real loans.

Faults speak of roles, never of columns, so that they work on any table that can say which of its columns is what.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from lending.bureau_codes import KIND_OF
from lending.errors import RoleMissing

Columns = str | Sequence[str]

#: Role -> what a column of that role holds. Those marked (many) may be bound to several columns.
ROLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "key": "the application's id, by which rows are picked",
        "row_id": "what names the row itself: a pull, a verification, a decision",
        "consumer": "the consumer's key",
        "time": "when it happened: submitted, requested, ordered, decided",
        "available": "when the lender had it",
        "as_of": "as of when features are computed",
        "state": "two letters of a US state",
        "channel": "web, mobile, partner, branch",
        "amount": "the amount applied for, USD",
        "request": "(many) what identifies one request to a bureau",
        "answer": "(many) everything that a bureau answers",
        "file": "(many) what a bureau's file says: its date, the score, the attributes",
        "attributes": "(many) the bureau's attributes in their order of delivery",
        "trend_percents": "(many) trended attributes in percent",
        "trend_amounts": "(many) trended attributes in USD",
        "bureau": "EFX, EXP or TUC",
        "hit_status": "hit, no_hit, hit_no_score, timeout, error",
        "file_date": "the bureau's own date of the file",
        "product_version": "the bureau product's version",
        "pull_type": "hard, soft, prescreen",
        "purpose": "the permissible purpose of the pull",
        "frozen": "whether the consumer has frozen the file",
        "score": "credit score in points",
        "score_model": "whose score it is",
        "score_raw": "the score as delivered, special codes included",
        "score_reason": "ok, or why there is no score",
        "rev_util": "revolving utilisation, percent",
        "rev_util_reason": "ok, or why there is no utilisation",
        "rev_balance": "revolving balance, USD",
        "rev_limit": "revolving limit, USD",
        "inst_payment": "instalments a month, USD",
        "inst_payment_reason": "ok, or why there are no instalments",
        "oldest_trade": "months since the oldest account was opened",
        "inquiries": "inquiries of the last six months",
        "vendor": "the income vendor",
        "status": "completed, in_progress, unable_to_verify",
        "verification": "(many) everything that an income vendor finds",
        "employment": "active, inactive, on-leave",
        "termination_date": "when the job ended",
        "pay_amount": "pay per period, USD",
        "pay_period": "how often that is paid",
        "hours": "hours worked a week",
        "annual": "the vendor's own yearly gross income beside the pay, USD",
        "income": "yearly gross income, USD, with no pay beside it to compute it from",
        "income_basis": "verified, stated or none",
        "income_imputed": "whether the income was filled in",
        "income_available": "when the lender had the income",
        "stated_income": "yearly income as stated, USD",
        "document_date": "the date of the document that proves the income",
        "verified_at": "when the income was verified",
        "ytd_gross": "gross pay since the year began, USD",
        "ytd_net": "net pay since the year began, USD",
        "transaction": "the vendor's own id of the answer",
        "paystub_date": "the pay date of the paystub",
        "paystub_status": "completed, scheduled, cancelled",
        "deposits": "recurring deposits a month, USD",
        "refund": "tax refunds among the deposits, USD",
        "joint": "whether the income is the co-applicant's",
        "monthly_income": "gross monthly income, USD",
        "housing": "rent or mortgage a month, USD",
        "rev_min": "minimum payment of revolving debt a month, USD",
        "ratios": "(many) debt-to-income ratios in percent",
        "dti_front": "housing to income, percent",
        "dti": "debts to income before the loan, percent",
        "dti_post": "debts to income with the loan, percent",
        "dti_reason": "ok, or why there is no ratio or a capped one",
        "proposed": "what the loan itself would cost a month, USD",
        "pull_id": "the pull that the debts are from",
        "pull_available": "when the lender had that pull",
        "verification_id": "the verification that the income is from",
        "bureau_block": "(many) all features that come from the bureau",
        "snapshot": "the id of the feature vector's version",
        "feature_version": "the version of the feature definitions",
        "decided": "approve, decline, refer",
        "mode": "who decided: model, lkg, rules_only, manual, frozen",
        "model_version": "the model's version",
        "pd": "probability of default, 0 to 1",
        "cutoff": "the probability of default below which is approved",
        "rules": "policy rules that fired, null for none",
        "reasons": "(many) reason codes of the decision",
        "reason": "the first reason code",
        "offered_amount": "the amount offered, USD",
        "offered_apr": "the rate offered, percent",
        "latency": "how long the decision took, milliseconds",
        "notice_due": "when the notice must have been sent",
        "notice_sent": "when the notice was sent",
        "vintage": "the month in which the loan was booked",
    }
)

_TREND_PERCENTS: Final = ("trend_util_avg_12m", "trend_full_payer_share_24m", "trend_util_max_12m")
_TREND_AMOUNTS: Final = ("trend_rev_balance_6m_ago",)
#: What a prescreen's product has beside the attributes of an application's pull.
_WIDE: Final = (
    "mths_since_60dpd", "mths_since_90dpd", "mths_since_chargeoff", "mths_since_collection", "num_60dpd_24m", "public_records",
    "inq_1m", "rev_trades_open", "inst_trades_open", "heloc_balance", "authorized_user_share",
)  # fmt: skip
_ATTRIBUTES: Final = (*(name for name in KIND_OF if not name.startswith("trend_")), *_WIDE)
_ECHO: Final = ("file_state", "file_birth_decade")
_FILE: Final = (
    "file_date", "hit_status", "score_raw", "score_reason_1", "score_reason_2", "score_reason_3", "score_reason_4", *_ECHO,
    "frozen_flag", "dispute_flag", *_ATTRIBUTES, *_TREND_PERCENTS, *_TREND_AMOUNTS,
)  # fmt: skip

_BUREAU_PULLS: Final[Mapping[str, Columns]] = {
    "key": "application_id", "row_id": "pull_id", "consumer": "consumer_key", "time": "requested_at", "available": "received_at",
    "state": "input_state", "bureau": "bureau", "hit_status": "hit_status", "file_date": "file_date",
    "product_version": "product_version", "pull_type": "pull_type", "purpose": "permissible_purpose", "frozen": "frozen_flag",
    "score": "score_raw", "score_model": "score_model", "rev_util": "rev_util", "rev_balance": "rev_balance",
    "rev_limit": "rev_limit", "oldest_trade": "mths_oldest_trade", "inquiries": "inq_6m",
    "request": ("pull_id", "application_id", "consumer_key", "requested_at", "responded_at", "received_at", "input_state",
                "input_birth_decade", "pull_type", "permissible_purpose", "campaign_id", "cell"),
    "answer": ("responded_at", *(name for name in _FILE if name != "hit_status")), "file": _FILE, "attributes": _ATTRIBUTES,
    "trend_percents": _TREND_PERCENTS, "trend_amounts": _TREND_AMOUNTS,
}  # fmt: skip

_BUREAU_PULL: Final[Mapping[str, Columns]] = {
    "key": "application_id", "row_id": "pull_id", "consumer": "consumer_key", "time": "requested_at", "available": "available_at",
    "bureau": "bureau", "hit_status": "hit_status", "file_date": "file_date", "pull_type": "pull_type",
    "purpose": "permissible_purpose", "score": "score_value", "score_raw": "score_raw", "score_reason": "score_reason",
    "score_model": "score_model", "rev_util": "rev_util_value", "rev_util_reason": "rev_util_reason",
    "rev_balance": "rev_balance_value", "rev_limit": "rev_limit_value", "inst_payment": "inst_payment_value",
    "inst_payment_reason": "inst_payment_reason", "oldest_trade": "mths_oldest_trade_value", "inquiries": "inq_6m_value",
}  # fmt: skip

_INCOME_VERIFICATIONS: Final[Mapping[str, Columns]] = {
    "key": "reference", "row_id": "id", "consumer": "consumer_key", "time": "ordered_at", "available": "delivered_at",
    "vendor": "vendor", "status": "status", "employment": "employment_status",
    "verification": (
        "employment_status", "employment_hire_date", "employment_termination_date", "employer_key", "pay_rate_amount",
        "pay_rate_period", "hours_per_week", "annual_gross", "document_date", "ytd_gross", "ytd_net", "paystub_pay_date",
        "paystub_status", "bank_months_observed", "bank_recurring_deposit_monthly", "bank_tax_refund_amount",
    ),
    "termination_date": "employment_termination_date", "pay_amount": "pay_rate_amount", "pay_period": "pay_rate_period",
    "hours": "hours_per_week", "annual": "annual_gross", "stated_income": "stated_annual_income",
    "document_date": "document_date", "verified_at": "verified_at", "ytd_gross": "ytd_gross", "ytd_net": "ytd_net",
    "transaction": "transaction_id", "paystub_date": "paystub_pay_date", "paystub_status": "paystub_status",
    "deposits": "bank_recurring_deposit_monthly", "refund": "bank_tax_refund_amount", "joint": "is_joint",
}  # fmt: skip

_INCOME_VERIFICATION: Final[Mapping[str, Columns]] = {
    "key": "application_id", "row_id": "verification_id", "consumer": "consumer_key", "time": "ordered_at",
    "available": "available_at", "vendor": "vendor", "status": "status", "employment": "employment_status",
    "pay_amount": "pay_amount", "pay_period": "pay_period", "hours": "hours_per_week", "annual": "vendor_annual_income",
    "income": "verified_annual_income", "stated_income": "stated_annual_income", "document_date": "income_source_doc_date",
    "verified_at": "verified_at", "ytd_gross": "ytd_gross", "ytd_net": "ytd_net", "paystub_date": "paystub_pay_date",
}  # fmt: skip

_DTI_JOIN: Final[Mapping[str, Columns]] = {
    "key": "application_id", "as_of": "feature_asof_ts", "monthly_income": "gross_monthly_income", "income_basis": "income_basis",
    "housing": "housing_payment", "rev_min": "rev_min_payment", "inst_payment": "inst_payment", "proposed": "proposed_payment",
    "ratios": ("dti_front", "dti_back", "dti_back_post"), "dti_front": "dti_front", "dti": "dti_back",
    "dti_post": "dti_back_post", "dti_reason": "dti_reason", "bureau": "bureau", "pull_id": "bureau_pull_id",
    "pull_available": "bureau_available_at", "verification_id": "verification_id", "income_available": "income_available_at",
}  # fmt: skip

_FEATURE_VECTOR: Final[Mapping[str, Columns]] = {
    "key": "application_id", "snapshot": "snapshot_id", "feature_version": "feature_version", "as_of": "feature_asof_ts",
    "channel": "channel", "state": "state", "amount": "requested_amount", "bureau": "bureau", "score": "score_value",
    "score_reason": "score_reason", "rev_util": "rev_util_value", "oldest_trade": "mths_oldest_trade_value",
    "inquiries": "inq_6m_value", "income": "annual_income", "income_basis": "income_basis", "income_imputed": "income_imputed",
    "ratios": ("dti_front", "dti_back", "dti_back_post"), "dti_front": "dti_front", "dti": "dti_back",
    "dti_post": "dti_back_post", "dti_reason": "dti_reason", "pull_available": "bureau_available_at",
    "income_available": "income_available_at",
    "bureau_block": (
        "score_value", "score_reason", "rev_util_value", "trades_total_value", "mths_oldest_trade_value",
        "mths_since_30dpd_value", "num_30dpd_12m_value", "inq_6m_value", "bankruptcies_value", "trend_util_avg_12m_value",
    ),
}  # fmt: skip

_APPLICATIONS: Final[Mapping[str, Columns]] = {
    "key": "application_id", "consumer": "consumer_key", "time": "submitted_at", "state": "state", "channel": "channel",
    "amount": "requested_amount", "stated_income": "stated_annual_income", "housing": "housing_payment_stated",
}  # fmt: skip

_APPLICATION_INTAKE: Final[Mapping[str, Columns]] = {**_APPLICATIONS}

_DECISIONS: Final[Mapping[str, Columns]] = {
    "key": "application_id", "row_id": "decision_id", "time": "decided_at", "mode": "mode", "model_version": "model_version",
    "snapshot": "feature_snapshot_id", "feature_version": "feature_version", "score": "bureau_score", "pd": "pd",
    "cutoff": "cutoff_value", "rules": "policy_rules_fired", "decided": "decision",
    "reasons": ("reason_code_1", "reason_code_2", "reason_code_3", "reason_code_4"), "reason": "reason_code_1",
    "offered_amount": "offered_amount", "offered_apr": "offered_apr", "latency": "latency_ms", "notice_due": "notice_due_at",
    "notice_sent": "notice_sent_at",
}  # fmt: skip

_OUTCOMES: Final[Mapping[str, Columns]] = {"key": "application_id", "row_id": "loan_id", "vintage": "vintage"}

_LENDINGCLUB_FILE: Final = (
    "fico_range_low", "fico_range_high", "delinq_2yrs", "earliest_cr_line", "inq_last_6mths", "open_acc", "pub_rec", "revol_bal",
    "revol_util", "total_acc",
)  # fmt: skip

#: The first of the two published files of real loans, with the roles that its columns can play. Utilisation is a fraction there
#: and times are months, so that neither plays one.
_LENDINGCLUB: Final[Mapping[str, Columns]] = {
    "key": "id", "state": "addr_state", "amount": "loan_amnt", "score": "fico_range_low", "answer": _LENDINGCLUB_FILE,
    "file": _LENDINGCLUB_FILE, "bureau_block": _LENDINGCLUB_FILE,
    "attributes": ("delinq_2yrs", "inq_last_6mths", "open_acc", "pub_rec", "total_acc"), "rev_balance": "revol_bal",
    "inquiries": "inq_last_6mths", "income": "annual_inc", "verification": ("annual_inc", "emp_length"),
    "ratios": ("dti",), "dti": "dti", "vintage": "issue_d", "offered_amount": "funded_amnt", "offered_apr": "int_rate",
}  # fmt: skip

#: Table of the world, job (its candidate) or `lendingclub` -> role -> the column, or columns, that play it.
BINDINGS: Final[Mapping[str, Mapping[str, Columns]]] = MappingProxyType(
    {
        "applications": _APPLICATIONS,
        "bureau_pulls": _BUREAU_PULLS,
        "income_verifications": _INCOME_VERIFICATIONS,
        "decisions": _DECISIONS,
        "outcomes": _OUTCOMES,
        "application_intake": _APPLICATION_INTAKE,
        "bureau_pull": _BUREAU_PULL,
        "income_verification": _INCOME_VERIFICATION,
        "dti_join": _DTI_JOIN,
        "feature_vector": _FEATURE_VECTOR,
        "decision_log": _DECISIONS,
        "loan_performance": _OUTCOMES,
        "lendingclub": _LENDINGCLUB,
    }
)


def bind(
    roles: Mapping[str, Columns], columns: Sequence[str] | None, *, fault: str, needs: Sequence[str], targets: Sequence[str]
) -> Mapping[str, tuple[str, ...]]:
    """Role -> its columns among those there (all of them when `columns` is None, for a table not made yet).

    Raises RoleMissing when a role of `needs` has none, or when none of `targets` has one.
    """
    bound = {role: there for role, named in roles.items() if (there := _there(named, columns))}
    if lacking := [role for role in needs if role not in bound]:
        raise RoleMissing(_message(f"{fault} needs columns of these roles, and the table has none", lacking, columns))
    if targets and not any(role in bound for role in targets):
        raise RoleMissing(_message(f"{fault} changes a column of one of these roles, and the table has none", targets, columns))
    return bound


def _there(named: Columns, columns: Sequence[str] | None) -> tuple[str, ...]:
    """In the table's own order, which is what neighbours are."""
    names = (named,) if isinstance(named, str) else tuple(named)
    return names if columns is None else tuple(name for name in columns if name in names)


def _message(what: str, lacking: Sequence[str], columns: Sequence[str] | None) -> str:
    lines = [f"  - {role}: {ROLES[role]}" for role in dict.fromkeys(lacking)]
    return (
        f"{what}:\n"
        + "\n".join(lines)
        + f"\nColumns there are: {', '.join(columns or ('unknown',))}.\n"
        + f"Bind them by name, for example roles={{'{lacking[0]}': 'NAME_OF_A_COLUMN'}}."
    )

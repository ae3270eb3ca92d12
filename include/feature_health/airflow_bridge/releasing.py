"""The tasks of release_quarantine: ask, let a person decide, carry the decision out.

Airflow's form and API do not check a reason, and an answer can be given only once; so the answer is taken as it comes and checked
by the step, which writes a refusal where there is no reason.
"""

import logging
from typing import Any, cast

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Context, Param, XComArg, get_current_context, task

from feature_health.airflow_bridge import failures
from feature_health.airflow_bridge.configuration import platform
from feature_health.errors import ReleaseRefused
from feature_health.ports import Platform
from feature_health.records import ReleaseRequest

log = logging.getLogger(__name__)

APPROVE, REJECT = "Approve", "Reject"
DECISION = "person_decides"
FINDINGS_SHOWN = 20


class PersonDecides(HITLOperator):
    """Parks, without a process, until a person answers; the question is written from the ledger when it is asked."""

    def __init__(self, *, request: XComArg, **arguments: Any) -> None:  # noqa: ANN401 - what every operator takes
        super().__init__(subject="", body="", options=[APPROVE, REJECT], **arguments)
        self.request = request

    template_fields = ("request",)

    def execute(self, context: Context) -> Any:  # noqa: ANN401 - Airflow's own signature
        """Ask; Airflow resumes `execute_complete` with the answer."""
        self.subject, self.body = question(platform(), int(str(self.request)))
        return super().execute(context)


def ask() -> XComArg:
    """A task that makes the request, or takes up the one that the run was started for; its result is the request's number."""
    return task(**failures.arguments(), task_id="ask")(ask_for_release)()


def person_decides(asked: XComArg) -> PersonDecides:
    """The task in which somebody approves or rejects under Required Actions."""
    return PersonDecides(
        task_id=DECISION,
        request=asked,
        # An answer that comes within a second of the question can fail the task (Airflow 3.3.2): then it asks again.
        **failures.arguments(),
        # A default that broke its own schema would fail the task before anybody is asked; and a parameter of the DAG that had
        # the same name would fill the form in, so that whoever clicks would give the asker's reason as their own.
        params={"reason": Param(None, type=["null", "string"], title="Why", description="An auditor will read this")},
        doc_md="Waits under **Required Actions** until a person approves or rejects, with a reason.",
    )


def decide(asked: XComArg) -> XComArg:
    """A task that writes the decision to the ledger and, when it is an approval, publishes. It runs on either answer."""
    return task(**failures.arguments(), task_id="decide")(carry_out)(cast("str", asked))


def ask_for_release() -> str:
    """Write down who asks for the release of which held revision, and why; refused when it is not held, or not the newest."""
    from feature_health.steps import release

    context, ports = get_current_context(), platform()
    given = context["params"]
    if given["request"] is not None:
        asked = _open_request(ports, int(given["request"]))
    else:
        by = context["dag_run"].triggering_user_name or "somebody who started the run without signing in"
        asked = release.ask(
            ports, job=given["job"], key=given["key"], revision=given["revision"], by=by, because=given["because"]
        )
    log.info("Request %s of %s to release %s: %s", asked.id, asked.asked_by, asked.revision, asked.asked_because)
    return str(asked.id)


def carry_out(request: str) -> str:
    """Write who decided, when and why; an approval publishes the revision, and what waits for it may run."""
    from feature_health.steps import release

    answer = get_current_context()["ti"].xcom_pull(task_ids=DECISION)
    by = answer["responded_by_user"] or {}
    decided = release.decide(
        platform(airflow=True),
        int(request),
        approve=answer["chosen_options"] == [APPROVE],
        by=by.get("name") or by.get("id") or "(nobody named)",
        because=(answer["params_input"] or {}).get("reason") or "",
    )
    log.info(_outcome(decided))
    return decided.state


def question(ports: Platform, request: int) -> tuple[str, str]:
    """Title and text, in Markdown, of what a person is asked to decide."""
    from feature_health.verdicts.explain import named, sentences

    asked = _open_request(ports, request)
    judgement = ports.ledger.judgement(asked.revision)
    findings = sentences(judgement.verdict.findings) if judgement else ("its verdict is not in the ledger",)
    readable = ports.ledger.published(asked.revision.partition)
    now = f"revision {readable.revision.number}" if readable else "nothing"
    lines = [
        f"**{asked.asked_by}** asks to publish it: {asked.asked_because}",
        "It is held because:",
        "\n".join(f"- {finding}" for finding in findings[:FINDINGS_SHOWN]),
        f"Decisioning reads {now} of this partition. **Approve** makes it read this revision, and starts what waits for it.",
        "Give a reason either way: without one the answer is refused and the revision stays held.",
    ]
    return f"Publish {named(asked.revision)} although it was held?", "\n\n".join(lines)


def _open_request(ports: Platform, request: int) -> ReleaseRequest:
    asked = ports.ledger.release_request(request)
    if asked is None:
        raise ReleaseRefused(f"Deciding about release request {request}: there is no such request. Leave it empty to ask.")
    if asked.state != "asked":
        raise ReleaseRefused(f"Deciding about release request {request}: it is {asked.state}. Ask anew.")
    return asked


def _outcome(decided: ReleaseRequest) -> str:
    said = f"{decided.state.upper()} by {decided.decided_by}: {decided.decided_because}"
    if decided.state == "approved":
        return f"{said} {decided.revision} is what decisioning reads."
    if decided.state == "rejected":
        return f"{said} {decided.revision} stays held."
    return f"{said} {decided.revision} stays held; to decide again, ask again."

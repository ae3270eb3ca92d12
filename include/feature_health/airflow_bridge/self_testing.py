"""The task of gate_self_test."""

import logging

from airflow.sdk import XComArg, task

from feature_health.airflow_bridge import failures
from feature_health.airflow_bridge.configuration import platform

log = logging.getLogger(__name__)


def send_canaries() -> XComArg:
    """A task that sends canaries through the gate's own steps, in a shadow of the platform."""
    sent: XComArg = task(**failures.arguments(), task_id="send_canaries")(see_that_the_gate_holds)()
    return sent


def see_that_the_gate_holds() -> None:
    """Open an incident when a canary gets through, or the good one does not; end it when all come to what they must."""
    from feature_health import wiring
    from feature_health.drills.self_test import report, self_test

    tested = self_test(wiring.yard)
    incidents = report(platform(), tested)
    for one in tested:
        told = log.info if one.as_it_should else log.error
        told("%s was %s, must be %s: %s", one.canary.about, one.came, one.canary.must, one.because)
    for incident in incidents:
        log.warning("Incident %s (%s, %s): %s", incident.id, incident.level, incident.state, incident.title)
    wrong = sum(not one.as_it_should for one in tested)
    log.info("%s canaries, %s not as they must be: the gate %s.", len(tested), wrong, "DOES NOT HOLD" if wrong else "holds")

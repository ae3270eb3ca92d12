"""Airflow as the platform's Orchestrator: a job is found by the asset that its gate publishes, whatever its DAG is called."""

from feature_health.errors import OrchestratorFailed
from feature_health.orchestrators.airflow_client import AirflowClient, Asset
from feature_health.records import ReleaseRequest

RELEASE_DAG = "release_quarantine"


class AirflowApi:
    """The Orchestrator of one Airflow, signed in with a password. Nothing is sent before the first question."""

    def __init__(self, base_url: str, user: str, password: str) -> None:
        self._client = AirflowClient(base_url, user, password)

    def start(self, job: str, key: str, *, note: str) -> str:
        """Make a run of the job for the key and return its id; one that is queued for that key already is returned instead.

        A run that has begun may have read its inputs before the change that we are called for, so it does not count. The run
        judges age by the partition's own deadline: it repairs what was due then.
        """
        dag = self._dag(job)
        for run in self._client.runs(dag, key):
            if run.state == "queued":
                return run.id
        return self._client.trigger(dag, key, conf={"as_of": "deadline"}, note=note)

    def has_run(self, job: str, key: str) -> bool:
        """Whether a run of the job for that key was ever made."""
        return bool(self._client.runs(self._dag(job), key, limit=1))

    def emit(self, job: str, key: str) -> None:
        """Tell Airflow that this partition of the job can be read, so that what waits for it may start."""
        self._client.emit(self._asset(job), key, {"job": job, "released": True})

    def start_release(self, request: ReleaseRequest) -> str:
        """Start the run in which a person decides about the request; the same request again gives the same run."""
        conf = {
            "request": request.id,
            "job": request.revision.job,
            "key": request.revision.key,
            "revision": request.revision.number,
            "because": request.asked_because,
        }
        note = f"{request.asked_by} asks to release {request.revision}"
        run = self._client.trigger(RELEASE_DAG, conf=conf, note=note, run_id=f"request-{request.id}__{request.revision.job}")
        # Every DAG is paused when it is new; in one that stays so the run would be queued for ever, and nobody would be asked.
        self._client.unpause(RELEASE_DAG)
        return run

    def _asset(self, job: str) -> Asset:
        asset = self._client.asset(job)
        if asset is None:
            raise OrchestratorFailed(
                f"Looking for job {job} in Airflow: no DAG publishes an asset of that name. Is its file in dags/?"
            )
        return asset

    def _dag(self, job: str) -> str:
        producers = self._asset(job).producers
        if len(producers) != 1:
            raise OrchestratorFailed(
                f"Looking for the DAG of job {job}: its asset is published by {len(producers)} DAGs"
                f" ({', '.join(producers) or 'none'}); exactly one must have gate(job={job!r}, …)."
            )
        return producers[0]


class NoOrchestrator:
    """Stands in where no Airflow was configured, and says what it was asked and cannot do.

    It does not even say that a job never ran: a join that did would be left on the input it was built on, and nobody told.
    """

    def start(self, job: str, key: str, *, note: str) -> str:
        """Always raises OrchestratorFailed."""
        raise OrchestratorFailed(_not_done(f"start {job} for {key} ({note})"))

    def has_run(self, job: str, key: str) -> bool:
        """Always raises OrchestratorFailed."""
        raise OrchestratorFailed(_not_done(f"find out whether {job} ran for {key}, and so has to be repaired"))

    def emit(self, job: str, key: str) -> None:
        """Always raises OrchestratorFailed."""
        raise OrchestratorFailed(_not_done(f"announce {job} {key}"))

    def start_release(self, request: ReleaseRequest) -> str:
        """Always raises OrchestratorFailed."""
        raise OrchestratorFailed(_not_done(f"ask a person about release request {request.id} for {request.revision}"))


def _not_done(what: str) -> str:
    return f"Could not {what}: no Airflow is configured. Set the connection feature_health_airflow, or do it in Airflow."

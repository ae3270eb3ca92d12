"""What a join may read: the published partitions of its inputs, and nothing else."""

from feature_health.airflow_bridge.configuration import platform
from feature_health.errors import CallerError
from feature_health.profiles.partition import PartitionId


class InputsMissing(CallerError):
    """A job was started for a key whose inputs are not published."""


def published_inputs(job: str, key: str) -> dict[str, str]:
    """A readable file for each input that the job's contract names, for this key: job -> local path.

    Raises InputsMissing when one is not published: the run came before its inputs, and Airflow starts one by itself once they are
    there. Raises StoreFailed when a published file cannot be read.
    """
    ports = platform()
    inputs = ports.contracts.current(job).inputs
    publications = {one: ports.ledger.published(PartitionId(job=one, key=key)) for one in inputs}
    missing = [one for one, publication in publications.items() if publication is None]
    if missing:
        raise InputsMissing(
            f"{job} {key} reads {', '.join(inputs)}, of which {', '.join(missing)} is not published for {key}. "
            "Let it be delivered or released; this job then starts by itself."
        )
    return {one: str(ports.store.local(publication.path)) for one, publication in publications.items() if publication}

"""Airflow's public API over HTTP, made safe to try again. Knows runs and assets, nothing of partitions' rulings.

On SQLite the API can stand still for seconds and then answer 500 although it did what was asked. So whatever changes something is
named by us beforehand, and after an unclear answer we look for that name before trying again.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Self, TypeVar
from uuid import uuid4

import httpx

from feature_health.errors import OrchestratorFailed

PAUSES_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0)
TIMEOUT = httpx.Timeout(30.0, connect=5.0)
ENDED = ("success", "failed")
Params = Mapping[str, str | int]
Json = Mapping[str, Any]
Answer = TypeVar("Answer")
_NOTE_CHARS_MAX = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a DAG as the API tells it."""

    dag: str
    id: str
    key: str | None
    state: str
    conf: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ended(self) -> bool:
        """Whether it will not change any more by itself."""
        return self.state in ENDED

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Self:
        """The run in an answer of the API."""
        return cls(
            dag=answer["dag_id"],
            id=answer["dag_run_id"],
            key=answer.get("partition_key"),
            state=answer["state"],
            conf=answer.get("conf") or {},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """An asset by its number, and the DAGs whose tasks produce it."""

    id: int
    producers: tuple[str, ...]


class Unclear(OrchestratorFailed):
    """No answer, or one that does not say whether the request was carried out."""


class Refused(OrchestratorFailed):
    """Airflow understood and said no; `status` is HTTP's."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class AirflowClient:
    """A client of one Airflow. Every method raises OrchestratorFailed when Airflow does not answer in time or refuses."""

    def __init__(self, base_url: str, user: str, password: str, *, pauses_seconds: tuple[float, ...] = PAUSES_SECONDS) -> None:
        self._url = base_url.rstrip("/")
        self._credentials = {"username": user, "password": password}
        self._pauses = (0.0, *pauses_seconds)
        self._token: str | None = None
        # Airflow lies inside: a proxy meant for the outside must not see its password.
        self._http = httpx.Client(base_url=self._url, timeout=TIMEOUT, trust_env=False)

    def health(self) -> Mapping[str, str]:
        """Each component of Airflow with its state; asks once, without signing in."""
        answer: dict[str, Any] = self._send("GET", "/api/v2/monitor/health", signed=False).json()
        return {name: str(part.get("status")) for name, part in answer.items()}

    def trigger(
        self,
        dag: str,
        key: str | None = None,
        *,
        conf: Mapping[str, Any] | None = None,
        note: str = "",
        run_id: str | None = None,
    ) -> str:
        """Make a run, for a partition key if one is given, and return its id; one that has that id already is left as it is."""
        name = run_id or f"api__{key or 'no-key'}__{uuid4().hex[:12]}"
        body = {
            "dag_run_id": name,
            "logical_date": None,
            "partition_key": key,
            "conf": dict(conf or {}),
            "note": note[:_NOTE_CHARS_MAX],
        }
        self._once(
            lambda: self.call("POST", f"/api/v2/dags/{dag}/dagRuns", json=body),
            is_done=lambda: self.run(dag, name) is not None,
        )
        return name

    def run(self, dag: str, run_id: str) -> Run | None:
        """The run as it stands, None when there is none of that id."""
        answer = self._found(f"/api/v2/dags/{dag}/dagRuns/{run_id}")
        return None if answer is None else Run.of(answer)

    def runs(self, dag: str, key: str | None = None, *, limit: int = 100) -> tuple[Run, ...]:
        """The newest runs of a DAG, newest first; of one partition key if that is given."""
        params: dict[str, str | int] = {"order_by": "-run_after", "limit": limit}
        if key is not None:
            params["partition_key_prefix_pattern"] = key
        answer = self._found(f"/api/v2/dags/{dag}/dagRuns", params=params) or {"dag_runs": []}
        runs = (Run.of(one) for one in answer["dag_runs"])
        return tuple(run for run in runs if key is None or run.key == key)

    def has_dag(self, dag: str) -> bool:
        """Whether Airflow has read the DAG's file by now."""
        return self._found(f"/api/v2/dags/{dag}") is not None

    def pause(self, dag: str) -> None:
        """Let the DAG start nothing."""
        self._set_paused(dag, paused=True)

    def unpause(self, dag: str) -> None:
        """Let the DAG run. Airflow may at once start the latest past period, if the DAG's dates allow one."""
        self._set_paused(dag, paused=False)

    def asset(self, name: str) -> Asset | None:
        """The asset of exactly that name."""
        answer = self._found("/api/v2/assets", params={"name_pattern": name, "limit": 100}) or {"assets": []}
        for one in answer["assets"]:
            if one["name"] == name:
                return Asset(id=one["id"], producers=tuple(sorted({task["dag_id"] for task in one["producing_tasks"]})))
        return None

    def emit(self, asset: Asset, key: str, extra: Mapping[str, Any]) -> None:
        """Record one event of the asset for a partition key, once."""
        emission = uuid4().hex
        body = {"asset_id": asset.id, "partition_key": key, "extra": {**extra, "emission": emission}}
        self._once(
            lambda: self.call("POST", "/api/v2/assets/events", json=body),
            is_done=lambda: emission in self._emissions(asset),
        )

    def call(self, method: str, path: str, *, params: Params | None = None, json: Json | None = None) -> dict[str, Any]:
        """One signed request and its JSON answer; signs in anew once when the token has run out. Raises Refused or Unclear."""
        answer = self._send(method, path, params=params, json=json)
        if answer.status_code == HTTPStatus.UNAUTHORIZED:
            self._token = None
            answer = self._send(method, path, params=params, json=json)
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            raise Unclear(f"{method} {self._url}{path}: Airflow answered {answer.status_code}. Look at the api-server's log.")
        if answer.status_code >= HTTPStatus.BAD_REQUEST:
            raise Refused(
                f"{method} {self._url}{path}: Airflow answered {answer.status_code}: {_detail(answer)}", answer.status_code
            )
        body: dict[str, Any] = answer.json()
        return body

    def _emissions(self, asset: Asset) -> set[str]:
        answer = self._found("/api/v2/assets/events", params={"asset_id": asset.id, "order_by": "-timestamp", "limit": 100}) or {}
        return {event["extra"].get("emission", "") for event in answer.get("asset_events", ())}

    def _set_paused(self, dag: str, *, paused: bool) -> None:
        self._again(
            lambda: self.call("PATCH", f"/api/v2/dags/{dag}", params={"update_mask": "is_paused"}, json={"is_paused": paused})
        )

    def _found(self, path: str, params: Params | None = None) -> dict[str, Any] | None:
        """What is there, None when it is not; reading may be tried again without a look."""
        try:
            return self._again(lambda: self.call("GET", path, params=params))
        except Refused as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return None
            raise

    def _once(self, request: Callable[[], Any], is_done: Callable[[], bool]) -> None:
        """Send what must happen once: after an unclear answer look whether it has happened before sending it again."""

        def attempt() -> None:
            try:
                request()
            except Refused as error:
                if error.status != HTTPStatus.CONFLICT:
                    raise
            except Unclear:
                if not is_done():
                    raise

        self._again(attempt)

    def _again(self, attempt: Callable[[], Answer]) -> Answer:
        """The first clear answer; the last unclear one when there is none in all attempts."""
        last: Unclear | None = None
        for pause in self._pauses:
            time.sleep(pause)
            try:
                return attempt()
            except Unclear as error:
                last = error
        raise OrchestratorFailed(f"{last} Tried {len(self._pauses)} times.") from last

    def _send(
        self, method: str, path: str, *, signed: bool = True, params: Params | None = None, json: Json | None = None
    ) -> httpx.Response:
        try:
            headers = {"Authorization": f"Bearer {self._signed_in()}"} if signed else {}
            return self._http.request(method, path, headers=headers, params=params, json=json)
        except httpx.HTTPError as error:
            raise Unclear(
                f"{method} {self._url}{path}: no answer ({type(error).__name__}). Is Airflow's api-server up?"
            ) from error

    def _signed_in(self) -> str:
        if self._token is None:
            answer = self._http.post("/auth/token", json=self._credentials)
            if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise Unclear(f"Signing in at {self._url}: Airflow answered {answer.status_code}.")
            if answer.status_code != HTTPStatus.CREATED:
                raise Refused(
                    f"Signing in at {self._url} as {self._credentials['username']!r}: Airflow answered {answer.status_code}. "
                    "Check login and password of the connection feature_health_airflow.",
                    answer.status_code,
                )
            self._token = str(answer.json()["access_token"])
        return self._token


def _detail(answer: httpx.Response) -> str:
    try:
        detail = answer.json().get("detail", "")
    except ValueError:
        detail = answer.text
    return str(detail)[:500]

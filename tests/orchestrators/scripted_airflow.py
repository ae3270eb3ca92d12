"""A small HTTP server that answers as Airflow's API does, and misbehaves like it: answers 500 after doing, or hangs up."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(slots=True, kw_only=True)
class Airflow:
    """What a scripted Airflow has done. `troubles` are the answers to the next changing requests; after them all goes well."""

    runs: dict[str, dict[str, Any]] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    unpaused: list[str] = field(default_factory=list)
    tokens: int = 0
    expired: bool = False
    url: str = ""

    def sign_in(self, body: dict[str, Any]) -> tuple[int, Any]:
        """A token for the right password."""
        self.tokens += 1
        return (201, {"access_token": f"token-{self.tokens}"}) if body["password"] == "right" else (401, {"detail": "no"})

    def change(self, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        """Record an event, or make a run."""
        if path.endswith("/assets/events"):
            self.events.append(body)
            return 200, body
        dag = path.split("/")[4]
        if dag == "unknown":
            return 404, {"detail": "no such dag"}
        if body["dag_run_id"] in self.runs:
            return 409, {"detail": "exists"}
        self.runs[body["dag_run_id"]] = {"dag_id": dag, "state": "queued", **body}
        return 200, self.runs[body["dag_run_id"]]

    def look(self, path: str, query: str) -> tuple[int, Any]:
        """What is there."""
        if path.endswith("/assets"):
            tasks = [{"dag_id": "nightly_scores"}]
            return 200, {
                "assets": [{"id": n, "name": name, "producing_tasks": tasks} for n, name in enumerate(["scores_old", "scores"])]
            }
        if path.endswith("/assets/events"):
            return 200, {"asset_events": self.events}
        if path.endswith("/dagRuns"):
            key = next((part.partition("=")[2] for part in query.split("&") if part.startswith("partition_key")), "")
            return 200, {"dag_runs": [run for run in self.runs.values() if (run["partition_key"] or "").startswith(key)]}
        run = self.runs.get(path.rpartition("/")[2])
        return (200, run) if run else (404, {"detail": "no such run"})


class Handler(BaseHTTPRequestHandler):
    """HTTP around the scripted Airflow that the server carries."""

    protocol_version = "HTTP/1.1"
    airflow: Airflow

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Looking never goes wrong here."""
        path, _, query = self.path.partition("?")
        self._answer(*self.airflow.look(path, query))

    def do_POST(self) -> None:
        """Signing in works; changing something meets the next trouble."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/auth/token":
            return self._answer(*self.airflow.sign_in(body))
        if self.airflow.expired:
            self.airflow.expired = False
            return self._answer(401, {"detail": "expired"})
        return self._meet_trouble(body)

    def do_PATCH(self) -> None:
        """Unpausing always works."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.airflow.unpaused.append(self.path.partition("?")[0].rpartition("/")[2])
        self._answer(200, {})

    def _meet_trouble(self, body: dict[str, Any]) -> None:
        trouble = self.airflow.troubles.pop(0) if self.airflow.troubles else ""
        if trouble == "nothing done":
            return self._answer(500, {"detail": "database is locked"})
        answer = self.airflow.change(self.path, body)
        if trouble == "hung up after doing":
            self.close_connection = True
            return None
        return self._answer(500, {}) if trouble == "failed after doing" else self._answer(*answer)

    def _answer(self, status: int, body: Any) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def scripted() -> Iterator[Airflow]:
    """A scripted Airflow behind a real socket."""
    airflow = Airflow()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Ours", (Handler,), {"airflow": airflow}))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    airflow.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield airflow
    finally:
        server.shutdown()
        server.server_close()

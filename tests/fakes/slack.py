"""A Slack of one's own: the few methods of the Web API that we call, over real HTTP on the loopback.

It answers as Slack documents (https://docs.slack.dev/reference/methods), refuses what Slack refuses, and can be told to fail as
Slack and the network do. As a process: `python -m tests.fakes.slack --port 9000 --record calls.jsonl`.
"""

import argparse
import json
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

TOKEN = "xoxb-fake"
BLOCKS_MAX, SECTION_CHARS_MAX, FIELDS_MAX, TEXT_CHARS_MAX = 50, 3000, 10, 40_000
NEEDED = {
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "conversations.history": "channels:history",
    "conversations.list": "channels:read",
}
Answer = dict[str, Any]


class Refusal(Exception):
    """An answer of `ok: false`."""

    def __init__(self, error: str, **more: object) -> None:
        super().__init__(error)
        self.answer: Answer = {"ok": False, "error": error, **more}


@dataclass
class Workspace:
    """Channels, messages and mood of the fake. Each `…_next` counts how many calls still meet that trouble."""

    token: str = TOKEN
    channels: dict[str, str] = field(default_factory=lambda: {"feature-health": "C0FEATURE1", "elsewhere": "C0ELSEWHERE"})
    scopes: set[str] = field(default_factory=lambda: set(NEEDED.values()))
    messages: list[Answer] = field(default_factory=list)
    calls: list[tuple[str, Answer]] = field(default_factory=list)
    page_size: int = 200
    down: bool = False
    slow_seconds: float = 0.0
    rate_limit_next: int = 0
    retry_after: str = "1"
    lose_answer_next: int = 0
    garbage_next: int = 0
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def answer(self, method: str, sent: Answer, token: str | None) -> Answer:
        """What Slack answers to one call."""
        with self._lock:
            self.calls.append((method, sent))
            try:
                self._admit(method, token)
                return {"ok": True, **self._methods()[method](sent)}
            except Refusal as refusal:
                return refusal.answer

    def take(self, trouble: str) -> bool:
        """Whether this call meets the trouble; one less is to come."""
        with self._lock:
            left = getattr(self, trouble)
            setattr(self, trouble, max(left - 1, 0))
            return bool(left)

    def count(self, method: str) -> int:
        """How often the method was called."""
        return sum(called == method for called, _ in self.calls)

    def _methods(self) -> Mapping[str, Any]:
        return {
            "auth.test": lambda _: {"url": "https://fake.slack.com/", "team": "Fake", "user": "bot", "user_id": "U0BOT"},
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "conversations.history": self._history,
            "conversations.list": self._list,
        }

    def _admit(self, method: str, token: str | None) -> None:
        if method not in self._methods():
            raise Refusal("unknown_method", req_method=method)
        if not token:
            raise Refusal("not_authed")
        if token != self.token:
            raise Refusal("invalid_auth")
        needed = NEEDED.get(method)
        if needed and needed not in self.scopes:
            raise Refusal("missing_scope", needed=needed, provided=",".join(sorted(self.scopes)))

    def _post(self, sent: Answer) -> Answer:
        channel = self._channel(sent, names=True)
        _check_content(sent)
        message = {**_content(sent), "type": "message", "bot_id": "B0BOT", "ts": f"1780000000.{len(self.messages) + 1:06d}"}
        self.messages.append({"channel": channel, **message})
        return {"channel": channel, "ts": message["ts"], "message": message}

    def _update(self, sent: Answer) -> Answer:
        channel = self._channel(sent, names=False)
        _check_content(sent)
        for message in self.messages:
            if (message["channel"], message["ts"]) == (channel, sent.get("ts")):
                message.update(_content(sent), edited={"user": "B0BOT", "ts": message["ts"]})
                return {"channel": channel, "ts": message["ts"], "text": message["text"], "message": message}
        raise Refusal("message_not_found")

    def _history(self, sent: Answer) -> Answer:
        channel = self._channel(sent, names=False)
        newest_first = [message for message in reversed(self.messages) if message["channel"] == channel]
        start = int(sent.get("cursor") or 0)
        page = newest_first[start : start + min(self.page_size, int(sent.get("limit", 100)))]
        with_metadata = str(sent.get("include_all_metadata")).lower() in {"1", "true"}
        end = start + len(page)
        more = end < len(newest_first)
        return {
            "messages": [
                {name: value for name, value in one.items() if name != "channel" and (with_metadata or name != "metadata")}
                for one in page
            ],
            "has_more": more,
            "response_metadata": {"next_cursor": str(end) if more else ""},
        }

    def _list(self, _: Answer) -> Answer:
        channels = [{"id": id, "name": name, "is_channel": True, "is_archived": False} for name, id in self.channels.items()]
        return {"channels": channels, "response_metadata": {"next_cursor": ""}}

    def _channel(self, sent: Answer, *, names: bool) -> str:
        """Only posting takes a channel's name; everything else wants its id."""
        asked = str(sent.get("channel", ""))
        if asked in self.channels.values():
            return asked
        if names and asked.removeprefix("#") in self.channels:
            return self.channels[asked.removeprefix("#")]
        raise Refusal("channel_not_found")


class FakeSlack:
    """The workspace behind an HTTP server; `with FakeSlack() as slack` starts and stops it. `record` receives a line per call."""

    def __init__(self, *, port: int = 0, token: str = TOKEN, record: Path | None = None) -> None:
        self.workspace = Workspace(token=token)
        self.record = record
        self._port = port
        self._server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        """The base URL for slack-sdk."""
        return f"http://127.0.0.1:{self._port}/api/"

    @property
    def messages(self) -> list[Answer]:
        """Every message as it stands."""
        return self.workspace.messages

    def start(self) -> None:
        """Listen, on the same port as before when there was one."""
        self._server = _Server(("127.0.0.1", self._port), _Handler, self)
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        """Refuse connections; messages are kept."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def write_down(self, method: str, sent: Answer, answer: Answer) -> None:
        """One line of the record."""
        if self.record is not None:
            with self.record.open("a") as lines:
                lines.write(json.dumps({"method": method, "sent": sent, "answer": answer}) + "\n")


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler], fake: FakeSlack) -> None:
        super().__init__(address, handler)
        self.fake = fake


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        """slack-sdk posts every method."""
        fake, workspace = self.server.fake, self.server.fake.workspace
        method, sent = urlsplit(self.path).path.removeprefix("/api/"), self._sent()
        if workspace.slow_seconds:
            time.sleep(workspace.slow_seconds)
        if workspace.down:
            return self._send(500, b"internal error", "text/plain")
        if workspace.take("rate_limit_next"):
            return self._send(429, json.dumps({"ok": False, "error": "ratelimited"}).encode(), retry_after=workspace.retry_after)
        answer = workspace.answer(method, sent, self._token())
        fake.write_down(method, sent, answer)
        if workspace.take("lose_answer_next"):
            self.close_connection = True
            return None
        if workspace.take("garbage_next"):
            return self._send(200, b"<html>a proxy's login page</html>", "text/html")
        return self._send(200, json.dumps(answer).encode())

    def _sent(self) -> Answer:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        sent: Answer = dict(parse_qsl(urlsplit(self.path).query))
        if self.headers.get_content_type() == "application/json":
            return {**sent, **json.loads(body or "{}")}
        form: Answer = {**sent, **dict(parse_qsl(body))}
        for name in ("blocks", "metadata"):
            if name in form:
                form[name] = json.loads(form[name])
        return form

    def _token(self) -> str | None:
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        return token if scheme == "Bearer" else None

    def _send(self, status: int, body: bytes, content_type: str = "application/json", retry_after: str | None = None) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):
            self.send_response(status)
            self.send_header("Content-Type", f"{content_type}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            if retry_after is not None:
                self.send_header("Retry-After", retry_after)
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        """Quiet."""


def _content(sent: Answer) -> Answer:
    return {name: sent[name] for name in ("text", "blocks", "metadata") if name in sent}


def _check_content(sent: Answer) -> None:
    blocks = sent.get("blocks") or []
    if not sent.get("text") and not blocks:
        raise Refusal("no_text")
    if len(str(sent.get("text", ""))) > TEXT_CHARS_MAX:
        raise Refusal("msg_too_long")
    faults = [fault for block in blocks for fault in _block_faults(block)]
    if faults or len(blocks) > BLOCKS_MAX:
        raise Refusal("invalid_blocks", errors=faults)


def _block_faults(block: Answer) -> list[str]:
    text, fields, elements = block.get("text") or {}, block.get("fields") or [], block.get("elements") or []
    longest = max((len(one["text"]) for one in fields), default=0)
    return [
        *(["section without text or fields"] if block["type"] == "section" and not text and not fields else []),
        *(["text is too long"] if len(text.get("text", "")) > SECTION_CHARS_MAX else []),
        *(["too many fields"] if len(fields) > FIELDS_MAX else []),
        *(["field is too long"] if longest > 2000 else []),
        *(["too many elements"] if len(elements) > 10 else []),
        *(["empty text"] if any(not one.get("text") for one in [*fields, *elements]) else []),
    ]


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--record", type=Path, help="file that receives every call and its answer, one JSON object a line")
    parser.add_argument("--token", default=TOKEN)
    given = parser.parse_args()
    fake = FakeSlack(port=given.port, token=given.token, record=given.record)
    fake.start()
    with suppress(KeyboardInterrupt):
        threading.Event().wait()
    fake.stop()


if __name__ == "__main__":
    main()

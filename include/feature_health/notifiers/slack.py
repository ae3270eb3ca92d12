"""Telling a Slack channel: one message per incident, posted once and then updated in place. Must not know what an incident means.

Slack has no idempotent post, so every message carries our own metadata: after a crash between post and receipt we look for it in
the channel's history before posting again. That needs the scopes channels:read and channels:history (groups:… for private
channels) beside chat:write; without them such a crash costs one duplicate message, never a lost one.
"""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from feature_health.errors import NotifierFailed
from feature_health.incidents.incident import Incident
from feature_health.notifiers.briefing import Briefing
from feature_health.notifiers.slack_blocks import Payload, payload
from feature_health.records import Delivery, Receipt

EVENT_TYPE = "feature_health_incident"
TIMEOUT_SECONDS = 5
RETRY_AFTER_SECONDS_MAX = 5.0
PAGES_MAX = 5
_CHANNEL_ID = re.compile(r"[CGD][A-Z0-9]{6,}", re.ASCII)
_GONE = ("message_not_found", "cant_update_message", "edit_window_closed")
_LIMITED = ("ratelimited", "rate_limited")
_CODE = re.compile(r"[a-z_]+", re.ASCII)
_AGAIN = "The message waits in the outbox and is tried again at the next delivery."


class SlackNotifier:
    """Speaks Slack's Web API with a bot's token. `api_url` is for a proxy or a fake; empty means Slack's own."""

    name = "slack"

    def __init__(self, token: str, briefing: Briefing, *, api_url: str = "", sleep: Callable[[float], None] = time.sleep) -> None:
        # slack_sdk's default retry posts again when an answer was lost, which makes two messages of one.
        self._client = WebClient(token, base_url=api_url or WebClient.BASE_URL, timeout=TIMEOUT_SECONDS, retry_handlers=[])
        self._briefing = briefing
        self._sleep = sleep

    def deliver(self, delivery: Delivery) -> Receipt:
        """Post the incident's message, or update the one that the receipt or the channel's history names.

        Raises NotifierFailed when Slack cannot be reached, refuses, or asks us to wait for longer than a few seconds.
        """
        incident = delivery.incident
        content = payload(self._briefing.message(incident), metadata=self._metadata(incident))
        there = delivery.receipt or (self._find(incident) if delivery.tried_before else None)
        if there is not None:
            updated = self._update(there, content)
            if updated is not None:
                return updated
        channel = self._briefing.channel(incident)
        answer = self._call(f"post in {channel}", self._client.chat_postMessage, channel=channel, unfurl_links=False, **content)
        return self._receipt(answer["channel"], answer["ts"])

    def _update(self, there: Receipt, content: Payload) -> Receipt | None:
        """The receipt of the updated message; None when there is no such message any more."""
        what = f"update message {there.message} in {there.channel}"
        try:
            self._call(what, self._client.chat_update, channel=there.channel, ts=there.message, **content)
        except _Refused as error:
            if error.code in _GONE:
                return None
            raise
        return there

    def _find(self, incident: Incident) -> Receipt | None:
        """Our message of that incident in the channel's history; None when there is none or we may not look."""
        wanted = self._metadata(incident)
        try:
            channel = self._channel_id(self._briefing.channel(incident))
            for message in self._history(channel) if channel else ():
                if message.get("metadata") == wanted:
                    return self._receipt(channel, message["ts"])
        except _Refused:
            return None
        return None

    def _history(self, channel: str) -> Iterator[dict[str, Any]]:
        for page in self._pages(self._client.conversations_history, channel=channel, include_all_metadata=True, limit=200):
            yield from page["messages"]

    def _channel_id(self, channel: str) -> str:
        """The id by which history is asked for, since a contract may give the channel's name; empty when no channel has it."""
        if _CHANNEL_ID.fullmatch(channel):
            return channel
        kinds = "public_channel,private_channel"
        pages = self._pages(self._client.conversations_list, types=kinds, exclude_archived=True, limit=1000)
        found = (str(one["id"]) for page in pages for one in page["channels"] if one["name"] == channel.removeprefix("#"))
        return next(found, "")

    def _pages(self, ask: Callable[..., SlackResponse], **arguments: object) -> Iterator[SlackResponse]:
        cursor = ""
        for _ in range(PAGES_MAX):
            page = self._call("look for an earlier message", ask, **arguments, **({"cursor": cursor} if cursor else {}))
            yield page
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    def _call(self, what: str, ask: Callable[..., SlackResponse], **arguments: object) -> SlackResponse:
        """Slack's answer; waits once for as long as it asks when that is short. Raises NotifierFailed, `_Refused` for a code."""
        try:
            return _once(what, ask, arguments)
        except _Limited as limited:
            if limited.seconds > RETRY_AFTER_SECONDS_MAX:
                raise
            self._sleep(limited.seconds)
        return _once(what, ask, arguments)

    def _metadata(self, incident: Incident) -> dict[str, Any]:
        return {"event_type": EVENT_TYPE, "event_payload": {"incident": incident.id, "platform": self._briefing.base_url}}

    def _receipt(self, channel: str, ts: str) -> Receipt:
        return Receipt(notifier=self.name, channel=channel, message=ts)


class _Refused(NotifierFailed):
    """Slack answered with an error code."""

    def __init__(self, told: str, code: str) -> None:
        super().__init__(told)
        self.code = code


class _Limited(NotifierFailed):
    """Slack asks us to wait."""

    def __init__(self, told: str, seconds: float) -> None:
        super().__init__(told)
        self.seconds = seconds


def _once(what: str, ask: Callable[..., SlackResponse], arguments: Mapping[str, object]) -> SlackResponse:
    tried = f"Asking Slack to {what}"
    try:
        return ask(**arguments)
    except SlackApiError as error:
        raise _refusal(tried, error.response) from error
    except (SlackClientError, OSError, HTTPException) as error:
        raise NotifierFailed(f"{tried}: no usable answer ({type(error).__name__}: {error}). {_AGAIN}") from error


def _refusal(tried: str, answer: SlackResponse) -> NotifierFailed:
    code = str(answer.data.get("error", "")) if isinstance(answer.data, dict) else ""
    if answer.status_code == 429 or code in _LIMITED:
        seconds = _seconds(answer.headers.get("Retry-After"))
        return _Limited(f"{tried}: it asks us to wait {seconds:g} s. {_AGAIN}", seconds)
    if answer.status_code >= 500 or not _CODE.fullmatch(code):
        return NotifierFailed(f"{tried}: no usable answer (HTTP {answer.status_code}). {_AGAIN}")
    return _Refused(f"{tried}: it answered {code}. {_advice(code)}", code)


def _seconds(header: str | None) -> float:
    try:
        return max(float(header or 1), 0.0)
    except ValueError:
        return 1.0


def _advice(code: str) -> str:
    if code in {"not_in_channel", "channel_not_found", "is_archived"}:
        return "Invite the bot to the channel, or name another in the contract or the setting slack_channel."
    if code in {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "missing_scope"}:
        return "Give the connection feature_health_slack a bot token with the scope chat:write."
    return f"Slack's documentation explains the code. {_AGAIN}"

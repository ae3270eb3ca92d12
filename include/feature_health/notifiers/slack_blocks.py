"""A message in Slack's Block Kit, within Slack's limits and with its control characters escaped. Must not know Slack's API."""

from typing import Any, TypedDict

from feature_health.incidents.message import Message

SECTION_CHARS_MAX = 3000
FIELD_CHARS_MAX = 2000
FIELDS_MAX = 10
TEXT_CHARS_MAX = 4000


class Payload(TypedDict):
    """What posting and updating have in common: `text` is what a notification and a screen reader show."""

    text: str
    blocks: list[dict[str, Any]]
    metadata: dict[str, Any]


def payload(message: Message, *, metadata: dict[str, Any]) -> Payload:
    """The message as Slack takes it: title, one section of lines, the facts, the links."""
    title = f"*{_fit(message.title, SECTION_CHARS_MAX - 2)}*"
    blocks = [_section(title), *(_section(text) for text in _sections(message.lines))]
    if message.fields:
        blocks.append({"type": "section", "fields": [_mrkdwn(_field(*one)) for one in message.fields[:FIELDS_MAX]]})
    if message.links:
        blocks.append({"type": "context", "elements": [_mrkdwn(" · ".join(_link(*one) for one in message.links))]})
    fallback = "\n".join([message.title, *(f"{label}: {text}" for label, text in message.lines[:1])])
    return {"text": _fit(fallback, TEXT_CHARS_MAX), "blocks": blocks, "metadata": metadata}


def _sections(lines: tuple[tuple[str, str], ...]) -> list[str]:
    """The lines in as few sections as they fit into."""
    sections: list[str] = []
    for label, text in lines:
        line = f"*{escaped(label)}:* {_fit(text, SECTION_CHARS_MAX - 200)}"
        if sections and len(sections[-1]) + 1 + len(line) <= SECTION_CHARS_MAX:
            sections[-1] += f"\n{line}"
        else:
            sections.append(line)
    return sections


def escaped(text: str) -> str:
    """Text in which nothing is a mention, a link or an entity to Slack."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _fit(text: str, chars_max: int) -> str:
    """The text escaped, and shortened before escaping so that no entity is cut in two."""
    kept = text
    while len(escaped(kept)) > chars_max:
        kept = kept[: len(kept) - max(1, (len(escaped(kept)) - chars_max) // 5) - 1] + "…"
    return escaped(kept)


def _field(label: str, text: str) -> str:
    return f"*{escaped(label)}*\n{_fit(text, FIELD_CHARS_MAX - 100)}"


def _link(label: str, url: str) -> str:
    return f"<{escaped(url).replace('|', '%7C')}|{escaped(label)}>"


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": _mrkdwn(text)}


def _mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}

"""The timeline of a drill as an SVG: what could be read of each partition, second by second, and what it would have been without.

Drawn by hand with shapes and text alone, so that it shows wherever a picture does.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap
from xml.sax.saxutils import escape, quoteattr

from feature_health.drills.result import Drilled, Moment

WIDTH, MARGIN, LABELS = 980, 28, 214
LANE, BAR = 34, 18
HEADER, PANEL, AXIS, LEGEND = 96, 92, 34, 54
TITLE_CHARS_MAX, OUTCOME_CHARS_MAX = 74, 124
_INK, _QUIET, _RULE, _PAPER, _BAND = "#1f2933", "#616e7c", "#d9dee4", "#ffffff", "#f6f8fa"
_STATES = {
    "judging": ("#9aa5b1", "being judged"),
    "right": ("#2b8a5f", "readable"),
    "wrong": ("#c92a3e", "readable and corrupted"),
    "diverted": ("url(#diverted)", "readable without its bad rows"),
    "held": ("#e8a013", "held in quarantine"),
    "waits": ("url(#waits)", "waits for its input"),
    "never_came": ("url(#never)", "never came"),
}
_READABLE = {"right", "wrong", "diverted"}
_PATTERNS = (
    ("diverted", "#2b8a5f", "#e8a013"),
    ("waits", "#eceff3", "#c3cad3"),
    ("never", "#fdf3dc", "#e8a013"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """A stretch of time of one partition in one state."""

    start: float
    end: float
    state: str


def timeline(done: Drilled, outcome: str) -> str:
    """The picture as an SVG document."""
    lanes = _lanes(done)
    height = HEADER + PANEL + AXIS + LANE * (len(lanes) + 1) + LEGEND + MARGIN
    scale = _Scale.of(done.moments)
    body = [
        *_header(done, outcome),
        *_panel(done, top=HEADER),
        *_axis(scale, top=HEADER + PANEL, height=LANE * (len(lanes) + 1)),
        *_people(done, scale, top=HEADER + PANEL + AXIS),
        *(
            part
            for number, (name, spans) in enumerate(lanes.items(), start=1)
            for part in _lane(name, spans, scale, top=HEADER + PANEL + AXIS + LANE * number)
        ),
        *_legend({span.state for spans in lanes.values() for span in spans}, top=height - LEGEND - MARGIN / 2),
    ]
    return "\n".join([*_opening(height, outcome), *body, "</svg>"]) + "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    """Seconds to pixels."""

    first: float
    last: float

    @classmethod
    def of(cls, moments: Iterable[Moment]) -> "_Scale":
        seconds = [moment.seconds for moment in moments] or [0.0]
        span = max(max(seconds) - min(seconds), 0.1)
        return cls(first=min(seconds) - 0.02 * span, last=max(seconds) + 0.06 * span)

    def x(self, seconds: float) -> float:
        """Pixels from the left."""
        inner = WIDTH - MARGIN - MARGIN - LABELS
        return round(MARGIN + LABELS + inner * (seconds - self.first) / (self.last - self.first), 1)

    def ticks(self) -> Iterator[float]:
        """Some eight round numbers of seconds."""
        rough = (self.last - self.first) / 8
        unit = 10.0 ** math.floor(math.log10(rough))
        step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough)
        number = math.ceil(self.first / step)
        while number * step <= self.last:
            yield number * step
            number += 1


def _lanes(done: Drilled) -> dict[str, list[_Span]]:
    """Each partition's states in their order, from the first moment of it to the end of the picture."""
    end = _Scale.of(done.moments).last
    lanes: dict[str, list[_Span]] = {}
    for moment in done.moments:
        state = _state(moment, done)
        if state is None:
            continue
        spans = lanes.setdefault(f"{moment.job} {moment.key}", [])
        if state == "judging" and spans and spans[-1].state in _READABLE:
            continue  # what is readable stays so until the corrected delivery has its verdict
        if spans:
            before = spans.pop()
            spans.append(_Span(start=before.start, end=moment.seconds, state=before.state))
        spans.append(_Span(start=moment.seconds, end=end, state=state))
    return lanes


def _state(moment: Moment, done: Drilled) -> str | None:
    if moment.what in {"told", "resolved"}:
        return None
    if moment.what == "published":
        return "wrong" if done.watched.corrupted_rows.get(f"{moment.job} {moment.key}") else "right"
    return {"arrived": "judging", "repaired": "right"}.get(moment.what, moment.what)


def _opening(height: float, outcome: str) -> Iterator[str]:
    family = "font-family='system-ui, -apple-system, Segoe UI, Roboto, Helvetica, Arial, sans-serif'"
    size = f"width='{WIDTH}' height='{height:g}' viewBox='0 0 {WIDTH} {height:g}'"
    yield f"<svg xmlns='http://www.w3.org/2000/svg' {size} {family} role='img' aria-label={quoteattr(outcome)}>"
    yield "<defs>"
    for name, back, front in _PATTERNS:
        yield f"<pattern id='{name}' width='8' height='8' patternUnits='userSpaceOnUse' patternTransform='rotate(45)'>"
        yield f"<rect width='8' height='8' fill='{back}'/><rect width='3' height='8' fill='{front}'/></pattern>"
    yield "</defs>"
    yield f"<rect width='{WIDTH}' height='{height:g}' rx='10' fill='{_PAPER}' stroke='{_RULE}'/>"


def _header(done: Drilled, outcome: str) -> Iterator[str]:
    good = done.detection is None if done.card.decoy else done.caught
    yield _text(MARGIN, 36, f"{done.card.name} · {_fit(done.card.title, TITLE_CHARS_MAX)}", size=20, weight=650)
    yield f"<circle cx='{MARGIN + 6}' cy='57' r='6' fill='{_STATES['right' if good else 'wrong'][0]}'/>"
    for number, line in enumerate(wrap(outcome, OUTCOME_CHARS_MAX, max_lines=2, placeholder=" …")):
        yield _text(MARGIN + 20, 62 + 18 * number, line, size=13.5)


def _panel(done: Drilled, *, top: float) -> Iterator[str]:
    """What would have been read without the gate, beside what could be read with it."""
    truth, read = done.truth, done.corrupted_rows_published
    harmed = read > 0
    without = (
        (f"{sum(truth.rows.values()):,}", "corrupted rows"),
        (f"{truth.flipped:,}", f"of {truth.decisions:,} decisions flipped"),
        (_money(truth.at_stake_usd), "at stake"),
    )
    seconds = done.timings.detect
    with_it = (
        (f"{read:,}", "corrupted rows readable"),
        ("-" if seconds is None else f"{seconds:.2f} s", "until it was detected"),
        ("-" if done.timings.message is None else f"{done.timings.message:.2f} s", "until people were told"),
    )
    half = (WIDTH - 3 * MARGIN) / 2
    yield from _figures("Without the gate", without, left=MARGIN, top=top, width=half, fill=_STATES["wrong"][0])
    good = _STATES["wrong" if harmed else "right"][0]
    yield from _figures("With the gate", with_it, left=2 * MARGIN + half, top=top, width=half, fill=good)


def _figures(
    title: str, figures: Sequence[tuple[str, str]], *, left: float, top: float, width: float, fill: str
) -> Iterator[str]:
    yield f"<rect x='{left:g}' y='{top:g}' width='{width:g}' height='{PANEL - 16}' rx='7' fill='{_BAND}'/>"
    yield f"<rect x='{left:g}' y='{top:g}' width='4' height='{PANEL - 16}' rx='2' fill='{fill}'/>"
    yield _text(left + 16, top + 20, title.upper(), size=10.5, fill=_QUIET, weight=600)
    for number, (value, what) in enumerate(figures):
        x = left + 16 + number * (width - 16) / len(figures)
        yield _text(x, top + 46, value, size=20, weight=650, fill=fill if number == 0 else _INK)
        yield _text(x, top + 64, what, size=11, fill=_QUIET)


def _axis(scale: _Scale, *, top: float, height: float) -> Iterator[str]:
    yield _text(MARGIN, top + 22, "seconds since it came", size=11, fill=_QUIET)
    for seconds in scale.ticks():
        x = scale.x(seconds)
        strong = abs(seconds) < 1e-9
        colour = _QUIET if strong else _RULE
        yield f"<line x1='{x}' y1='{top + 28:g}' x2='{x}' y2='{top + AXIS + height:g}' stroke='{colour}' stroke-width='1'/>"
        yield _text(x, top + 22, f"{seconds:g}", size=11, fill=_QUIET, anchor="middle")


def _people(done: Drilled, scale: _Scale, *, top: float) -> Iterator[str]:
    """A lane of what people would have been told."""
    yield _text(MARGIN, top + 21, "people are told", size=12.5, fill=_INK)
    for moment in done.moments:
        if moment.what == "told":
            x, resolved = scale.x(moment.seconds), "RESOLVED" in moment.detail
            fill = _STATES["right" if resolved else "held"][0]
            yield f"<g><title>{escape(moment.detail)}</title>"
            yield f"<rect x='{x - 9:g}' y='{top + 10:g}' width='18' height='13' rx='2' fill='{fill}'/>"
            yield f"<path d='M{x - 9:g} {top + 11:g} l9 7 l9 -7' fill='none' stroke='{_PAPER}' stroke-width='1.5'/></g>"


def _lane(name: str, spans: Sequence[_Span], scale: _Scale, *, top: float) -> Iterator[str]:
    yield _text(MARGIN, top + 21, _fit(name, 31), size=12.5, fill=_INK)
    for span in spans:
        x, width = scale.x(span.start), max(scale.x(span.end) - scale.x(span.start), 1.5)
        fill, says = _STATES[span.state]
        until = f"{span.start:.2f} to {span.end:.2f} s"
        yield f"<rect x='{x:g}' y='{top + 8:g}' width='{width:g}' height='{BAR}' fill='{fill}'>"
        yield f"<title>{escape(f'{name}: {says}, {until}')}</title></rect>"


def _legend(states: set[str], *, top: float) -> Iterator[str]:
    x = float(MARGIN)
    for state, (fill, says) in _STATES.items():
        if state in states:
            yield f"<rect x='{x:g}' y='{top + 14:g}' width='14' height='14' rx='2' fill='{fill}'/>"
            yield _text(x + 20, top + 25, says, size=11.5, fill=_QUIET)
            x += 44 + 6.1 * len(says)


def _text(x: float, y: float, text: str, *, size: float, fill: str = _INK, weight: int = 400, anchor: str = "start") -> str:
    style = f"font-size='{size:g}' font-weight='{weight}' fill='{fill}' text-anchor='{anchor}'"
    return f"<text x='{x:g}' y='{y:g}' {style}>{escape(text)}</text>"


def _fit(text: str, chars_max: int) -> str:
    return text if len(text) <= chars_max else f"{text[: chars_max - 1]}…"


def _money(usd: float) -> str:
    for limit, unit in ((1e9, "bn"), (1e6, "M"), (1e3, "k")):
        if usd >= limit:
            return f"${usd / limit:.1f}{unit}"
    return f"${usd:,.0f}"

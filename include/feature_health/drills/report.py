"""A drill in words: a Markdown page, a JSON document, and beside them the timeline as a picture. Decides nothing."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from feature_health.drills.result import Detection, Drilled, Fired, Judged
from feature_health.drills.timeline import timeline

CHECKS_SHOWN = 4


def outcome(done: Drilled) -> str:
    """What came of the drill, in one sentence."""
    found, rows = done.detection, done.corrupted_rows_published
    if done.card.decoy:
        return f"Wrongly stopped: {_stopped(found)}." if found else "Rightly let through: nothing was stopped."
    readable = (
        f"{_count(rows, 'corrupted row')} {'was' if rows == 1 else 'were'} readable" if rows else "no corrupted row was readable"
    )
    if found is None:
        return f"Missed: nothing was stopped, and {readable}."
    return f"{'Caught' if done.caught else 'Caught too late'}: {_stopped(found)}; {readable}."


def as_record(done: Drilled) -> dict[str, Any]:
    """Everything of the drill for machines, with its outcome in a sentence; only JSON's own types."""
    record: dict[str, Any] = json.loads(json.dumps(asdict(_without_paths(done)), default=str))
    return {"outcome": outcome(done), **record}


def write_report(done: Drilled, folder: Path) -> tuple[Path, Path, Path]:
    """Write `drill.md`, `drill.json` and `timeline.svg` into the folder, which is made; returns their paths. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    page, record, picture = folder / "drill.md", folder / "drill.json", folder / "timeline.svg"
    picture.write_text(timeline(done, outcome(done)), encoding="utf-8")
    record.write_text(json.dumps(as_record(done), indent=2) + "\n", encoding="utf-8")
    page.write_text(as_markdown(done, picture=picture.name), encoding="utf-8")
    return page, record, picture


def as_markdown(done: Drilled, *, picture: str | None = None) -> str:
    """The page; `picture` is where the timeline lies, as seen from it."""
    parts = [
        [f"# {done.card.name}: {done.card.title}", "", f"**{outcome(done)}**"],
        *([[f"![What happened, second by second]({picture})"]] if picture else []),
        _fault(done),
        _without_the_gate(done),
        _times(done),
        _partitions(done),
        _reader(done),
        _messages(done),
    ]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _stopped(found: Detection | None) -> str:
    if found is None:
        return "nothing was stopped"
    when = "on the same day" if found.partition == 1 else "in the next partition"
    if found.how == "never_came":
        return f"{found.job} {found.key} never came, and that was noticed"
    how = "was held" if found.how == "held" else "had its bad rows held back"
    return f"{found.job} {found.key} {how} {when} ({found.because})"


def _fault(done: Drilled) -> list[str]:
    plant = done.plant
    strength = done.card.strengths[plant.strength - 1].rstrip(".") if len(done.card.strengths) >= plant.strength else ""
    scope = ", ".join(f"{name} = {value}" for name, value in plant.scope.items()) or "everything"
    return [
        "## What was broken",
        "",
        done.card.story,
        "",
        f"Strength {plant.strength}{f': {strength}' if strength else ''}.",
        f"From {plant.first_day} on, in {scope}; seed {plant.seed}.",
    ]


def _without_the_gate(done: Drilled) -> list[str]:
    truth = done.truth
    share = f" ({truth.flipped / truth.decisions:.2%})" if truth.decisions else ""
    rows = [f"| {job} | {count:,} |" for job, count in truth.rows.items()]
    return [
        "## What decisioning would have read without the gate",
        "",
        *(["| job | rows that are not those of the clean twin |", "|---|---:|", *rows] if rows else ["Nothing that differs."]),
        "",
        f"Of {_count(truth.decisions, 'decision')}, {truth.flipped:,}{share} would have come out otherwise;",
        f"${truth.at_stake_usd:,.0f} at stake. Impact {truth.impact}{f': {truth.breach}' if truth.breach else ''}.",
    ]


def _times(done: Drilled) -> list[str]:
    times = done.timings
    told = (
        ("detected", times.detect, "the verdict was there"),
        ("held back", times.quarantine, "what is bad could not become readable any more"),
        ("people told", times.message, "the message would have been posted"),
        ("released", times.release, "from a person's approval until readable (tried in a fork)"),
        ("repaired", times.repair, "from the corrected delivery until all was readable and no incident open"),
    )
    rows = [f"| {what} | {'-' if seconds is None else f'{seconds:.2f} s'} | {about} |" for what, seconds, about in told]
    refused = ["", f"A release was refused: {done.release_refused}"] if done.release_refused else []
    return [
        "## Times",
        "",
        "The first three from the moment at which the night's first faulty candidate lay there.",
        "",
        "| what | seconds | |",
        "|---|---:|---|",
        *rows,
        *refused,
    ]


def _partitions(done: Drilled) -> list[str]:
    rows = [_partition(one) for night in done.nights for one in night]
    return ["## What the gate ruled", "", "| partition | ruling | why |", "|---|---|---|", *rows]


def _partition(one: Judged) -> str:
    why = "; ".join(fired.because for fired in _gravest(one)[:CHECKS_SHOWN]).replace("|", "\\|")
    return f"| {one.job} {one.key} | {came_to(one)} | {why} |"


def came_to(one: Judged) -> str:
    """What became of the partition, in two or three words."""
    if one.ruling is None:
        return "waits for its input" if one.waits else "never came"
    if one.held:
        return "held"
    return f"published without {_count(one.diverted, 'row')}" if one.diverted else "published"


def _gravest(one: Judged) -> list[Fired]:
    return sorted(one.fired, key=lambda fired: not fired.holds)


def _reader(done: Drilled) -> list[str]:
    seen = done.watched
    bad = [f"- {partition}: {_count(rows, 'corrupted row')}" for partition, rows in seen.corrupted_rows.items()]
    unjudged = [f"- {one} was readable without a verdict" for one in seen.unjudged]
    return [
        "## What could be read",
        "",
        f"A reader looked {_count(seen.looks, 'time')} and found {_count(seen.files, 'readable file')} of these partitions. "
        + ("In them:" if bad or unjudged else "None held a corrupted row; none was readable before its verdict."),
        *bad,
        *unjudged,
        "",
        _repair(done),
    ]


def _repair(done: Drilled) -> str:
    if done.repaired and done.resolved:
        return "Afterwards all that is readable is the clean twin's, and no incident is open."
    left = [
        *([] if done.repaired else ["not all that is readable is the clean twin's"]),
        *([] if done.resolved else ["an incident is open"]),
    ]
    return f"Afterwards {' and '.join(left)}."


def _messages(done: Drilled) -> list[str]:
    told = [line for one in done.messages for line in ("", "```text", one.text, "```")]
    return ["## What people would have been told", *(told or ["", "Nothing."])]


def _without_paths(done: Drilled) -> Drilled:
    """Without the names of files that are gone."""
    return replace(done, nights=tuple(tuple(replace(one, published_path=None) for one in night) for night in done.nights))


def _count(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"

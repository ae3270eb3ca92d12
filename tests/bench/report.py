"""The benchmark's figures as people read them: a table in the README, a picture in the docs, a table in the terminal."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
README = PROJECT / "README.md"
PICTURE = PROJECT / "docs" / "images" / "bench.svg"
BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"
NAMES = {
    "limit": "the limit: one scan of all columns by DuckDB",
    "check": "`feature-health check`",
    "checks": "Feature Health, the gate's profile and judges",
    "history": "the same with all that history keeps",
    "pandera": "pandera 0.35 on polars",
    "soda": "Soda Core 4.28 on DuckDB",
    "great_expectations": "Great Expectations 1.24 on pandas",
}
TOOLS = ("limit", "check", "pandera", "soda", "great_expectations")
SIZES = {"100k": "100,000", "1m": "1 million", "10m": "10 million"}

Figures = Mapping[str, Any]


def write(figures: Figures) -> None:
    """Put table and picture into their places."""
    text = README.read_text()
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    README.write_text(f"{before}{BEGIN}\n{as_text(figures)}\n{END}{after}")
    PICTURE.write_text(picture(figures))


def as_text(figures: Figures) -> str:
    """Both tables in Markdown."""
    whole = ["| whole process, CPU s (times the limit's process) | " + " | ".join(_headings(figures)) + " | peak memory at 1M |"]
    whole += ["|---|" + "---|" * (len(_headings(figures)) + 1)]
    whole += [f"| {NAMES[tool]}{_of_43(figures, tool)} | {' | '.join(_cells(figures, tool, 'process'))} |" for tool in TOOLS]
    alone = [
        "| the checks alone, times the limit's scan: median (least to greatest) | "
        + " | ".join(_headings(figures))
        + " | peak memory at 10M |"
    ]
    alone += ["|---|" + "---|" * (len(_headings(figures)) + 1)]
    alone += [f"| {NAMES[name]} | {' | '.join(_cells(figures, name, 'checks'))} |" for name in ("checks", "history")]
    return "\n".join([*whole, "", *alone])


def _columns(figures: Figures) -> list[tuple[str, str]]:
    return [(size, kind) for size in SIZES if size in figures["sizes"] for kind in ("clean", "dirty")]


def _headings(figures: Figures) -> list[str]:
    return [f"{SIZES[size]}, {kind}" for size, kind in _columns(figures)]


def _of_43(figures: Figures, tool: str) -> str:
    said = figures["sizes"]["100k"]["clean"].get(tool, {}).get("checks")
    return f", {said} of 43 checks" if said and said != 43 else ""


def _cells(figures: Figures, name: str, scope: str) -> Iterator[str]:
    for size, kind in _columns(figures):
        entry = figures["sizes"][size][kind].get(name)
        yield _cell(entry, scope) if entry else "–"
    peak_at = "1m" if scope == "process" else "10m"
    peaks = [
        figures["sizes"][peak_at][kind][name]["peak_mib"]
        for kind in ("clean", "dirty")
        if name in figures["sizes"].get(peak_at, {}).get(kind, {})
    ]
    yield f"{max(peaks):,} MiB" if peaks else "–"


def _cell(entry: Mapping[str, Any], scope: str) -> str:
    middle, least, greatest = entry[f"{scope}_to_limit"]
    if scope == "process":
        return f"{entry['process_cpu_s']:.2f} ({middle:.1f})"
    return f"{middle:.1f} ({least:.1f} to {greatest:.1f})"


# ── the picture ──────────────────────────────────────────────────────────────────────────────────────────────────────

WIDTH, LEFT, ROW, BAR = 900, 300, 30, 18
COLOURS = {"limit": "#9aa5b1", "check": "#0b7a4b", "pandera": "#b3bcc7", "soda": "#b3bcc7", "great_expectations": "#b3bcc7"}


def picture(figures: Figures) -> str:
    """Bars of whole processes' CPU seconds at 100k and 1M rows, as SVG; each size has a scale of its own."""
    sizes = [size for size in ("100k", "1m") if size in figures["sizes"]]
    height = 40 + len(sizes) * (len(TOOLS) * ROW + 50)
    body, top = [], 30
    for size in sizes:
        entries = figures["sizes"][size]["clean"]
        shown = [(tool, entries[tool]["process_cpu_s"]) for tool in TOOLS if tool in entries]
        title = f"{SIZES[size]} rows, 32 columns, 43 expectations: CPU seconds of the whole process"
        body += [f'<text x="16" y="{top}" class="head">{title}</text>']
        body += _bars(shown, top + 14)
        top += len(shown) * ROW + 50
    style = "text{font:14px system-ui,sans-serif;fill:#1f2933}.head{font-weight:600}"
    box = f'viewBox="0 0 {WIDTH} {height}" role="img" aria-label="CPU seconds of each tool"'
    ground = f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>'
    return "\n".join([f'<svg xmlns="http://www.w3.org/2000/svg" {box}>', f"<style>{style}</style>{ground}", *body, "</svg>\n"])


def _bars(shown: Sequence[tuple[str, float]], top: int) -> Iterator[str]:
    scale = (WIDTH - LEFT - 90) / max(seconds for _, seconds in shown)
    for place, (tool, seconds) in enumerate(shown):
        y = top + place * ROW
        name = NAMES[tool].replace("`", "").replace("one scan of all columns by", "one scan by")
        yield f'<text x="{LEFT - 10}" y="{y + 14}" text-anchor="end">{name}</text>'
        yield f'<rect x="{LEFT}" y="{y}" width="{max(2, seconds * scale):.1f}" height="{BAR}" rx="2" fill="{COLOURS[tool]}"/>'
        yield f'<text x="{LEFT + seconds * scale + 8:.1f}" y="{y + 14}">{seconds:.2f} s</text>'

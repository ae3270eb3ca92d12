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
    "pandera": "pandera 0.35 on polars",
    "soda": "Soda Core 4.28 on DuckDB",
    "great_expectations": "Great Expectations 1.24 on pandas",
}
TOOLS = ("limit", "check", "pandera", "soda", "great_expectations")
SIZES = {"100k": "100,000", "1m": "1 million", "10m": "10 million"}
KINDS = ("clean", "dirty", "heavy")
# What we want to reach: in words, at most, and where baseline.json has it.
GOALS = (
    *(
        (f"checks to scan, {size} {kind}", most, f"sizes/{size}/{kind}/checks/checks_to_limit")
        for size, kind, most in (("1m", "clean", 2.5), ("1m", "dirty", 4.0), ("10m", "clean", 3.0), ("10m", "dirty", 5.0))
    ),
    *(
        (f"checks with every column's profile to scan, 1m {kind}", most, f"sizes/1m/{kind}/history/checks_to_limit")
        for kind, most in (("clean", 5.0), ("dirty", 6.0))
    ),
    *((f"peak MiB of {name}, 10m dirty", 1024.0, f"sizes/10m/dirty/{name}/peak_mib") for name in ("checks", "history")),
    *(
        (f"whole check to the limit's process, {size} {kind}", most, f"sizes/{size}/{kind}/check/process_to_limit")
        for size, most in (("100k", 4.0), ("1m", 4.5))
        for kind in ("clean", "dirty")
    ),
    *(
        (f"whole check to Great Expectations' process, {size} {kind}", most, f"sizes/{size}/{kind}/check/process_to_rival")
        for size, most in (("100k", 1 / 7), ("1m", 1 / 8))
        for kind in ("clean", "dirty")
    ),
    ("schema diff of 10 million rows, ms", 50.0, "once/schema_diff_10m_ms"),
    ("import of the engine, CPU s", 0.4, "once/import_engine_cpu_s"),
)

Figures = Mapping[str, Any]


def write(figures: Figures) -> None:
    """Put table and picture into their places."""
    text = README.read_text()
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    README.write_text(f"{before}{BEGIN}\n{as_text(figures)}\n{END}{after}")
    PICTURE.write_text(picture(figures))


def as_text(figures: Figures) -> str:
    """Both tables in Markdown, and how they were measured."""
    return "\n\n".join(("\n".join(_processes(figures)), "\n".join(_checks_alone(figures)), _how(figures)))


def _processes(figures: Figures) -> Iterator[str]:
    """A row for each tool, a column for each table that all of them read."""
    columns = [(size, kind) for size, kind in _tables(figures) if kind != "heavy"]
    headings = (f"{SIZES[size]}, {kind}" for size, kind in columns)
    yield f"| whole process, CPU s (times the limit's process) | {' | '.join(headings)} | peak memory at 1 million |"
    yield "|---" * (len(columns) + 2) + "|"
    for tool in TOOLS:
        entries = [figures["sizes"][size][kind].get(tool) for size, kind in columns]
        cells = (f"{it['process_cpu_s']:.2f} ({it['process_to_limit'][0]:.1f})" if it else "–" for it in entries)
        peaks = [it["peak_mib"] for it, (size, _) in zip(entries, columns, strict=True) if it and size == "1m"]
        yield f"| {NAMES[tool]}{_of_43(entries)} | {' | '.join(cells)} | {f'{max(peaks):,} MiB' if peaks else '–'} |"


def _of_43(entries: Sequence[Figures | None]) -> str:
    said = {it["checks"] for it in entries if it and "checks" in it} - {43}
    return f", {max(said)} of 43 checks" if said else ""


def _checks_alone(figures: Figures) -> Iterator[str]:
    """A row for each table."""
    yield "| rows, table | one scan, CPU s | checks alone, times the scan | with every column's profile | peak memory of checks |"
    yield "|---|---|---|---|---|"
    for size, kind in _tables(figures):
        of = figures["sizes"][size][kind]
        ratios = (_ratio(of[name]["checks_to_limit"]) if name in of else "–" for name in ("checks", "history"))
        scan, peak = of["limit"]["checks_cpu_s"], of["checks"]["peak_mib"]
        yield f"| {SIZES[size]}, {kind} | {scan:.2f} | {' | '.join(ratios)} | {peak:,} MiB |"


def _tables(figures: Figures) -> list[tuple[str, str]]:
    return [(size, kind) for size in SIZES for kind in KINDS if kind in figures["sizes"].get(size, {})]


def _ratio(spread: Sequence[float]) -> str:
    middle, least, greatest = spread
    return f"{middle:.1f} ({least:.1f} to {greatest:.1f})"


def _how(figures: Figures) -> str:
    entries = [figures["sizes"][size]["clean"] for size, kind in _tables(figures) if kind == "clean"]
    rounds, others = ([str(of[name]["n"]) for of in entries if name in of] for name in ("checks", "pandera"))
    of = figures["measured"]
    return (
        f"Medians of {', '.join(rounds)} rounds by size, {', '.join(others)} of the other tools; ratios with least and greatest. "
        f"{of['at']}, {of['cores']} cores, Python {of['python']}, DuckDB {of['duckdb']}."
    )


def goals_as_text(figures: Figures) -> str:
    """Each of our goals with what was measured, as far as it was."""
    lines = []
    for what, most, path in GOALS:
        measured = _at(figures, path)
        if measured is not None:
            lines.append(f"{'met   ' if measured <= most else 'MISSED'}  {measured:8.3g}  at most {most:g}: {what}")
    return "\n".join(lines)


def _at(figures: Figures, path: str) -> float | None:
    """The number there, a spread's median; None when it was not measured."""
    found: Any = figures
    for name in path.split("/"):
        found = found.get(name) if isinstance(found, dict) else None
    return float(found[0] if isinstance(found, list) else found) if found is not None else None


# ── the picture ──────────────────────────────────────────────────────────────────────────────────────────────────────

WIDTH, LEFT, ROW, BAR = 900, 320, 30, 18
COLOURS = {"limit": "#9aa5b1", "check": "#0b7a4b", "pandera": "#b3bcc7", "soda": "#b3bcc7", "great_expectations": "#b3bcc7"}


def picture(figures: Figures) -> str:
    """Bars of whole processes' CPU seconds at 100k and 1M rows, as SVG; each size has a scale of its own."""
    sizes = [size for size in ("100k", "1m") if size in figures["sizes"]]
    height = 40 + len(sizes) * (len(TOOLS) * ROW + 50)
    body, top = [], 30
    for size in sizes:
        entries = figures["sizes"][size]["clean"]
        shown = [(tool, entries[tool]) for tool in TOOLS if tool in entries]
        title = f"{SIZES[size]} rows, 32 columns, 43 expectations: CPU seconds of the whole process"
        body += [f'<text x="16" y="{top}" class="head">{title}</text>']
        body += _bars(shown, top + 14)
        top += len(shown) * ROW + 50
    style = "text{font:14px system-ui,sans-serif;fill:#1f2933}.head{font-weight:600}"
    box = f'viewBox="0 0 {WIDTH} {height}" role="img" aria-label="CPU seconds of each tool"'
    ground = f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>'
    return "\n".join([f'<svg xmlns="http://www.w3.org/2000/svg" {box}>', f"<style>{style}</style>{ground}", *body, "</svg>\n"])


def _bars(shown: Sequence[tuple[str, Figures]], top: int) -> Iterator[str]:
    scale = (WIDTH - LEFT - 90) / max(entry["process_cpu_s"] for _, entry in shown)
    for place, (tool, entry) in enumerate(shown):
        y, seconds = top + place * ROW, entry["process_cpu_s"]
        name = NAMES[tool].replace("`", "").replace("one scan of all columns by", "one scan by") + _of_43([entry]).removesuffix(
            " checks"
        )
        yield f'<text x="{LEFT - 10}" y="{y + 14}" text-anchor="end">{name}</text>'
        yield f'<rect x="{LEFT}" y="{y}" width="{max(2, seconds * scale):.1f}" height="{BAR}" rx="2" fill="{COLOURS[tool]}"/>'
        yield f'<text x="{LEFT + seconds * scale + 8:.1f}" y="{y + 14}">{seconds:.2f} s</text>'

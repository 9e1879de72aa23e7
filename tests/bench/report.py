"""What a benchmark says: rows of one table, written to docs/benchmarks.md and build/bench.json."""

import json
import os
import platform
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

PAGE = Path("docs/benchmarks.md")
VALUES = Path("build/bench.json")

BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
"""The table stands between these; the words around it are written by hand."""


@dataclass(frozen=True, slots=True)
class Row:
    """One measured figure. `ratio`: to what it is compared with, in the same run; `must`: the bound, in words."""

    row: str
    value: float
    unit: str
    compared_with: str = ""
    ratio: float | None = None
    must: str = ""
    met: bool | None = None


Measure = Callable[[], Sequence[Row]]
"""A benchmark: runs for as long as it takes, gives its rows."""


def write(rows: Sequence[Row], page: Path = PAGE, values: Path = VALUES) -> None:
    """Put the table into the page, between its marks, and every row into the file of values."""
    values.parent.mkdir(parents=True, exist_ok=True)
    values.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n", encoding="utf-8")
    written = between(page.read_text(encoding="utf-8"), BEGIN, END, f"{machine()}\n\n{table(rows)}")
    page.write_text(written, encoding="utf-8")


def between(text: str, begin: str, end: str, lines: str) -> str:
    """A text with these lines between two marks of its, in the place of what stood there."""
    before, _, rest = text.partition(begin)
    return f"{before}{begin}\n{lines}\n{end}{rest.partition(end)[2]}"


def table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table."""
    lines = ["| row | value | compared with | ratio | must be | met |", "|---|---|---|---|---|---|"]
    lines += [
        f"| {row.row} | {row.value:,.4g} {row.unit} | {row.compared_with} | {_ratio(row)} | {row.must} | {_met(row)} |"
        for row in rows
    ]
    return "\n".join(lines)


def machine() -> str:
    """What the figures were measured on, in a line."""
    return f"{os.cpu_count()} shared cores, {platform.system()}, Python {platform.python_version()}."


def _ratio(row: Row) -> str:
    return "" if row.ratio is None else f"{row.ratio:.2f}"


def _met(row: Row) -> str:
    return "" if row.met is None else ("yes" if row.met else "**no**")

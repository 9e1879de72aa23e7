"""Charts and tables of figures: blocks that Slack introduced in 2026, for which its SDK has no classes yet.

Each checks Slack's limits when it is made, so that a block that Slack would refuse fails in a test and not at Slack.
`MessageContent.as_words` shows the same without them, where Slack doesn't take them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

MAX_TITLE = 50
MAX_LABEL = 20
MAX_SERIES = 6
MAX_CATEGORIES = 20
MAX_CHARTS = 2
"""In one message."""

MAX_ROWS = 100
"""Rows of a table, without its header."""

MAX_COLUMNS = 20


@dataclass(frozen=True, slots=True)
class Series:
    """A line of a chart: its name, at most 20 characters, and a value for each of the chart's categories."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class LineChart:
    """Lines over categories, such as weeks. `title`: at most 50 characters; `categories`: at most 20, of 20 each."""

    title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    x_label: str
    y_label: str | None = None

    def __post_init__(self) -> None:
        names = [each.name for each in self.series]
        if not (
            0 < len(self.title) <= MAX_TITLE
            and max(len(self.x_label), len(self.y_label or "")) <= MAX_TITLE
            and 0 < len(self.series) <= MAX_SERIES
            and 0 < len(self.categories) <= MAX_CATEGORIES
            and all(0 < len(each) <= MAX_LABEL for each in (*names, *self.categories))
            and len(set(names)) == len(names)
            and len(set(self.categories)) == len(self.categories)
            and all(len(each.values) == len(self.categories) for each in self.series)
        ):
            raise ValueError("Slack wouldn't take this chart")

    def to_dict(self) -> dict[str, Any]:
        """Return the block as Slack gets it."""
        unit = {"y_label": self.y_label} if self.y_label else {}
        return {
            "type": "data_visualization",
            "title": self.title,
            "chart": {
                "type": "line",
                "series": [
                    {
                        "name": each.name,
                        "data": [
                            {"label": category, "value": value}
                            for category, value in zip(self.categories, each.values, strict=True)
                        ],
                    }
                    for each in self.series
                ],
                "axis_config": {"categories": list(self.categories), "x_label": self.x_label, **unit},
            },
        }


@dataclass(frozen=True, slots=True)
class DataTable:
    """A table of plain texts, in pages. `rows`: at most 100, each with a text for every column; the first names it."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    page_size: int

    def __post_init__(self) -> None:
        cells = [cell for row in (self.columns, *self.rows) for cell in row]
        if not (
            self.caption
            and 0 < len(self.columns) <= MAX_COLUMNS
            and 0 < len(self.rows) <= MAX_ROWS
            and all(len(row) == len(self.columns) for row in self.rows)
            and all(cells)
        ):
            raise ValueError("Slack wouldn't take this table")

    def to_dict(self) -> dict[str, Any]:
        """Return the block as Slack gets it."""
        return {
            "type": "data_table",
            "caption": self.caption,
            "rows": [[{"type": "raw_text", "text": cell} for cell in row] for row in (self.columns, *self.rows)],
            "page_size": self.page_size,
            "row_header_column_index": 0,
        }


def chart_lines(block: dict[str, Any]) -> list[str]:
    """Return a chart (as Slack gets it) in words: its title, and a line for each series."""
    return [
        f"{block['title']}:",
        *(
            f"{series['name']}: " + ", ".join(f"{point['label']} {point['value']:g}" for point in series["data"])
            for series in block["chart"]["series"]
        ),
    ]


def table_lines(block: dict[str, Any]) -> list[str]:
    """Return a table (as Slack gets it) in words: its caption, and a line for each row."""
    columns, *rows = ([cell["text"] for cell in row] for row in block["rows"])
    return [f"{block['caption']}:", *(_row_line(columns, row) for row in rows)]


def _row_line(columns: Sequence[str], row: Sequence[str]) -> str:
    cells = [f"{column} {cell}" for column, cell in zip(columns[1:], row[1:], strict=True) if cell != NOTHING]
    return f"{row[0]}: " + (", ".join(cells) or NOTHING)


NOTHING = "–"
"""What a cell says that has nothing to say: Slack takes no empty one."""

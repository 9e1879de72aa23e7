"""Charts and data tables, as in https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block and
`…/data-table-block`. Both came in 2026, and Slack's SDK has no classes for them yet."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.sandbox.blocks.field_checks import as_objects
from bot.sandbox.blocks.rich_text import RICH_TEXT
from bot.sandbox.blocks.value_rules import (
    Array,
    JsonLocation,
    Number,
    ObjectSchema,
    String,
    Surface,
    TypedObject,
    ValueRule,
    required,
)

_MESSAGES: frozenset[Surface] = frozenset({"message"})

MAX_SERIES = 6
MAX_CATEGORIES = 20
_LABEL = String(20)
_AXIS_LABEL = String(50)
_VALUE = Number(integer=False)


def _each_category_once(chart: Mapping[str, Any], place: JsonLocation) -> Iterator[str]:
    """Refuse series that don't have one value for each category, and two series of one name."""
    axes = chart.get("axis_config")
    categories = axes.get("categories") if isinstance(axes, dict) else None
    names: set[str] = set()
    for index, series in enumerate(as_objects(chart.get("series"))):
        at = place / "series" / index
        labels = [point.get("label") for point in as_objects(series.get("data"))]
        if isinstance(categories, list) and sorted(map(str, labels)) != sorted(map(str, categories)):
            yield (at / "data").format_problem("labels must match `axis_config.categories`")
        name = series.get("name")
        if not isinstance(name, str):
            continue  # its own rule reports it
        if name in names:
            yield (at / "name").format_problem("must be unique")
        names.add(name)


def _equally_long_rows(table: Mapping[str, Any], place: JsonLocation) -> Iterator[str]:
    rows = table.get("rows")
    if isinstance(rows, list) and len({len(row) for row in rows if isinstance(row, list)}) > 1:
        yield (place / "rows").format_problem("all rows must have the same number of cells")


_POINT = ObjectSchema({"label": required(_LABEL), "value": required(_VALUE)})
_SEGMENT = ObjectSchema({"label": required(_LABEL), "value": required(_VALUE)})
_AXES = ObjectSchema(
    {
        "categories": required(Array(_LABEL, max_items=MAX_CATEGORIES)),
        "x_label": _AXIS_LABEL,
        "y_label": _AXIS_LABEL,
    }
)
_WITH_AXES = ObjectSchema(
    {
        "series": required(
            Array(
                ObjectSchema({"name": required(_LABEL), "data": required(Array(_POINT, max_items=MAX_CATEGORIES))}),
                max_items=MAX_SERIES,
            )
        ),
        "axis_config": required(_AXES),
    },
    checks=(_each_category_once,),
)
_PIE = ObjectSchema({"segments": required(Array(_SEGMENT, max_items=6))})

_HEADER_CELL: dict[str, ObjectSchema] = {
    "raw_text": ObjectSchema({"text": required(String())}),
    "raw_number": ObjectSchema({"value": required(_VALUE), "text": String()}),
}
_CELL = TypedObject({**_HEADER_CELL, "rich_text": RICH_TEXT})

_ID: dict[str, ValueRule] = {"block_id": String(255)}

CHART_BLOCKS: dict[str, ObjectSchema] = {
    "data_visualization": ObjectSchema(
        {
            **_ID,
            "title": required(String(50)),
            "chart": required(
                TypedObject({"pie": _PIE, "bar": _WITH_AXES, "line": _WITH_AXES, "area": _WITH_AXES}),
            ),
        },
        surfaces=_MESSAGES,
    ),
    "data_table": ObjectSchema(
        {
            **_ID,
            "caption": required(String()),
            "rows": required(Array(Array(_CELL, max_items=20), min_items=2, max_items=101)),
            "page_size": Number(1, 100),
            "row_header_column_index": Number(0, 19),
        },
        checks=(_equally_long_rows,),
        surfaces=_MESSAGES,
    ),
}

"""A workbook as a page that looks like a spreadsheet program: for pictures, where there is no such program."""

import html
import io

from openpyxl import load_workbook

from bot.content.sheets.grid import column_letters

STYLE = """
body { margin: 0; font: 13px/1.35 Arial, sans-serif; background: #fff; color: #1d1c1d; }
table { border-collapse: collapse; table-layout: fixed; width: max-content; }
th, td { border: 1px solid #d4d4d4; padding: 3px 6px; vertical-align: top; text-align: left; }
th { background: #f2f2f2; color: #555; font-weight: normal; text-align: center; }
td { white-space: pre-wrap; overflow: hidden; }
td div { max-height: 10.8em; overflow: hidden; }
tr.headings td { background: #1f4e5f; color: #fff; font-weight: bold; }
tr.headings td.optional { background: #5b7f8c; }
td.marked { outline: 3px solid #c0392b; outline-offset: -3px; }
nav { padding: 6px 8px; background: #f2f2f2; border-top: 1px solid #d4d4d4; }
nav span { padding: 4px 14px; border: 1px solid #d4d4d4; background: #e4e4e4; }
nav span.open { background: #fff; font-weight: bold; }
"""
PIXELS = 7.0
"""A character of a column's width."""


def sheet_page(book: bytes, sheet: str, rows: int, columns: str, marked: tuple[str, ...] = ()) -> str:
    """The first rows of a sheet, columns from A up to this one, as HTML; `marked` cells stand out."""
    opened = load_workbook(io.BytesIO(book))
    page = opened[sheet]
    shown = [column_letters(number) for number in range(1, page.max_column + 1)]
    shown = shown[: shown.index(columns) + 1]
    lines = ["<tr><th style='width:26px'></th>" + "".join(f"<th>{letter}</th>" for letter in shown) + "</tr>"]
    for number in range(1, rows + 1):
        cells = []
        for letter in shown:
            cell = page[f"{letter}{number}"]
            optional = number == 1 and str(cell.fill.start_color.rgb).endswith("5B7F8C")
            classes = f"{'marked' if cell.coordinate in marked else ''} {'optional' if optional else ''}"
            text = cell.value.strftime("%Y-%m-%d") if hasattr(cell.value, "strftime") else str(cell.value or "")
            width = int(page.column_dimensions[letter].width * PIXELS)
            cells.append(f"<td class='{classes}' style='width:{width}px'><div>{html.escape(text)}</div></td>")
        lines.append(f"<tr class='{'headings' if number == 1 else ''}'><th>{number}</th>{''.join(cells)}</tr>")
    tabs = "".join(f"<span class='{'open' if name == sheet else ''}'>{name}</span>" for name in opened.sheetnames)
    return f"<!doctype html><style>{STYLE}</style><table>{''.join(lines)}</table><nav>{tabs}</nav>"

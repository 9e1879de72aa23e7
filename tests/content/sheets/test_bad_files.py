"""Files that can't be read as sheets: each gets one clear error with what to do, whatever it was meant to do to us."""

import csv
import io
import tracemalloc
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from bot.content.pack_loading import load_folder
from bot.content.pack_templates import shipped_pack_folder
from bot.content.sheets.csv_files import write_csv
from bot.content.sheets.grid import ProblemList, column_letters
from bot.content.sheets.sheet_limits import MAX_BYTES, UnusableSheet
from bot.content.sheets.sheet_reader import read_sheet
from bot.content.sheets.sheet_writer import write_lessons_csv
from bot.content.sheets.workbooks import read_workbook
from tests.content.hostile_files import first_sheet, merged_cells, repacked, styles, with_rows
from tests.content.sheets.books import forty_lessons, places, spoiled, template
from tests.examples import many

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def said(content: bytes, name: str = "ward.xlsx") -> str:
    """The one thing that is said of a file."""
    sheet = read_sheet(name, content)
    assert not sheet.files
    (problem,) = sheet.problems
    assert problem.path == name
    return problem.message


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("ward.xls", OLE, ".xls file can't be read here. Save it as Excel Workbook (.xlsx)"),
        ("ward.xlsx", OLE, "old Excel format (.xls)"),
        ("ward.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "has a password. Remove it"),
        ("ward.xlsm", template(), "may contain macros"),
        ("ward.xlsx", repacked(xl__vbaProject=b"x", **{"xl/vbaProject.bin": b"x"}), "contains macros"),
        ("ward.ods", b"PK", ".ods file can't be read"),
        ("ward.numbers", b"PK", ".numbers file can't be read"),
        ("ward.tsv", b"a\tb", "Rename it to end in .csv"),
        ("ward.xlsx", b"", "can't be opened as a workbook"),
        ("ward.xlsx", b"Skill,Number", "can't be opened as a workbook"),
        ("ward.csv", template(), "Rename it to end in .xlsx"),
        ("ward.csv", "Skill,Número\n".encode("cp1252"), "“CSV UTF-8 (Comma delimited)”"),
        ("ward.csv", "Skill".encode("utf-16-le"), "isn't readable text"),
        ("ward.csv", bytes(range(256)), "isn't UTF-8"),
        ("ward.xlsx", repacked(**{"xl/worksheets/sheet1.xml": b"<worksheet"}), "damaged"),
    ],
)
def test_file_that_cannot_be_read_says_why_and_what_to_do(name, content, words):
    assert words in said(content, name)


def test_zip_of_something_else_is_no_workbook():
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")

    assert "isn't an Excel workbook" in said(memory.getvalue())


def test_file_over_the_limit_is_refused_unopened():
    assert "larger than 10 MB" in said(b"\0" * (MAX_BYTES + 1))


def test_bomb_is_stopped_by_what_comes_out_of_it():
    content = repacked(**{"xl/worksheets/sheet9.xml": b" " * (64 * 2**20)})

    tracemalloc.start()
    message = said(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert "too large" in message
    assert peak < 8 * 2**20


def test_entities_that_unfold_are_never_unfolded():
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "' + b"x" * 1000 + b'"><!ENTITY c "' + b"&b;" * 1000 + b'">]>'
    sheet = bomb + b"<worksheet><sheetData>&c;&c;</sheetData></worksheet>"

    with pytest.raises(UnusableSheet, match="damaged") as refused:
        read_workbook(repacked(**{"xl/worksheets/sheet1.xml": sheet}), ProblemList())
    error = refused.value.__cause__
    assert error is not None
    assert type(error.__cause__ or error).__name__ == "EntitiesForbidden"


def test_hundred_thousand_rows_are_refused_with_the_limit():
    rows = b"".join(
        b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>x</t></is></c></row>' % (n, n) for n in range(2, 100_002)
    )

    sheet = first_sheet()
    top = sheet[: sheet.index(b'<row r="2"')]
    content = repacked(**{"xl/worksheets/sheet1.xml": top + rows + b"</sheetData></worksheet>"})

    assert "2,000 rows" in places(content)["Lessons!A2002"]


def test_hundred_thousand_rows_of_csv_are_refused_with_the_limit():
    with_headings = write_lessons_csv(load_folder(shipped_pack_folder())).splitlines(keepends=True)[0]

    found = places(with_headings + b"x,1\r\n" * 100_000, "ward.csv")

    assert any("2,000 rows" in message for message in found.values())


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(
    ("mark", "encoding"),
    [(b"\xef\xbb\xbf", "utf-8"), (b"", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")],
)
def test_csv_is_read_as_excel_writes_it_anywhere_in_the_world(separator, mark, encoding):
    pack = forty_lessons()
    rows = list(csv.reader(io.StringIO(write_lessons_csv(pack).decode("utf-8-sig"), newline="")))
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\r\n").writerows(rows)

    sheet = read_sheet("ward.csv", mark + text.getvalue().encode(encoding), pack)

    assert sheet.problems == ()
    assert len(sheet.files) == 40


def test_csv_that_names_its_separator_is_read_by_it_and_its_rows_keep_their_numbers():
    content = b"sep=;\r\n" + write_csv([["Skill", "Number"]]).removeprefix(b"\xef\xbb\xbf").replace(b",", b";")

    assert "ward.csv!row 2" in places(content, "ward.csv")


@settings(deadline=None, max_examples=many(60))
@given(st.binary(max_size=30), st.integers(0, 8000), st.integers(0, 30))
def test_workbook_damaged_anywhere_gives_problems_and_no_crash(noise, start, cut):
    content = template()

    sheet = read_sheet("ward.xlsx", content[:start] + noise + content[start + cut :])

    assert sheet.files or sheet.problems


@given(st.binary(max_size=200))
def test_any_bytes_as_csv_give_problems_and_no_crash(content):
    assert read_sheet("ward.csv", content).problems


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(b'<row r="1048576"/>', id="an empty row"),
        pytest.param(b'<row r="1048576" ht="15" customHeight="1"/>', id="a formatted row"),
        pytest.param(b'<row r="1048576"><c r="AP1048576" s="1"/></row>', id="a formatted cell"),
    ],
)
def test_formatting_in_the_last_row_costs_nothing(row: bytes):
    assert places(with_rows(row)) == {}


def test_rows_with_borders_and_nothing_in_them_are_no_lessons():
    columns = [column_letters(number) for number in range(1, 43)]
    rows = (
        f'<row r="{row}">{"".join(f"""<c r="{column}{row}" s="1"/>""" for column in columns)}</row>'
        for row in range(200, 8200)
    )

    assert places(with_rows("".join(rows).encode())) == {}


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(b'<row r="2000000000"><c r="A2000000000"><v>1</v></c></row>', id="far beyond the last row"),
        pytest.param(b'<row r="2000000000"/>', id="empty, far beyond the last row"),
        pytest.param(b'<row r="1"><c r="A1"><v>1</v></c></row>', id="a second row 1"),
        pytest.param(b'<row r="-5"/>', id="below zero"),
    ],
)
def test_row_numbers_are_not_believed(row: bytes):
    assert "damaged" in said(with_rows(row))


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param(merged_cells(), id="merged cells"),
        pytest.param({"xl/worksheets/sheet1.xml": b"<worksheet>" + b"<row/>" * 5_000_000}, id="rows"),
        pytest.param(styles(), id="styles"),
        pytest.param({"xl/sharedStrings.xml": b"<sst>" + b"<si/>" * 5_000_000}, id="texts"),
    ],
)
def test_a_few_kilobytes_that_unfold_to_millions_of_elements_are_refused_soon(parts: dict[str, bytes]):
    assert "too large" in said(repacked(**parts))


def test_merged_cells_that_never_end_are_refused_soon():
    unclosed = first_sheet().replace(b"</sheetData>", b"</sheetData>" + b"<mergeCell " * 23_000)

    assert "damaged" in said(repacked(**{"xl/worksheets/sheet1.xml": unclosed}))


def test_a_spreadsheet_of_commas_takes_no_memory_for_each_of_them():
    content = b"," * 2_000_000

    tracemalloc.start()
    found = places(content, "ward.csv")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert "This sheet is empty" in "\n".join(found.values())
    assert peak < 64 * 2**20


def test_merged_cells_on_another_sheet_do_not_matter():
    def merge(book: Workbook) -> None:
        book.create_sheet("Notes").merge_cells("A1:B2")

    assert places(spoiled(merge)) == {}

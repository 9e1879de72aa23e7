"""Sheets that other programs wrote, or that people rearranged, are read, or it is said what was found instead."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import datetime

import pytest
from openpyxl import Workbook

from bot.content.pack_files import PackFiles
from bot.content.sheets.sheet_reader import read_sheet
from bot.content.sheets.sheet_writer import write_lessons_csv
from tests.content.hostile_files import repacked, zipped
from tests.content.sheets.books import at, changed, checked, forty_lessons, places, spoiled, template

TRANSITIONAL = "http://schemas.openxmlformats.org/"
STRICT = "http://purl.oclc.org/ooxml/"


def parts(book: bytes | None = None) -> dict[str, bytes]:
    """The parts of a workbook by name."""
    with zipfile.ZipFile(io.BytesIO(book or template())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def strict(book: bytes | None = None) -> bytes:
    """A workbook as Excel saves it as Strict Open XML Spreadsheet, where dates are texts."""

    def converted(content: bytes) -> bytes:
        for room in ("spreadsheetml", "drawingml"):
            content = content.replace(f"{TRANSITIONAL}{room}/2006/main".encode(), f"{STRICT}{room}/main".encode())
        office = (f"{TRANSITIONAL}officeDocument/2006/", f"{STRICT}officeDocument/")
        return content.replace(office[0].encode(), office[1].encode())

    return zipped({name: converted(content) for name, content in parts(book).items()})


def test_strict_open_xml_is_read_with_its_dates():
    day = b'<c r="AG2" t="d"><v>2026-11-23</v></c>'
    sheet = parts()["xl/worksheets/sheet1.xml"]
    begin = sheet.index(b'<c r="AG2"')
    end = sheet.index(b"</c>", begin) + len(b"</c>")

    content = strict(repacked(**{"xl/worksheets/sheet1.xml": sheet[:begin] + day + sheet[end:]}))

    assert b"purl.oclc.org" in content or b"purl.oclc.org" in b"".join(parts(content).values())
    assert checked(content).problems == ()
    assert places(strict(changed({at("Tip"): None}))).keys() == {at("Tip")}


def without_styles() -> bytes:
    plain = {name: re.sub(rb' s="[0-9]+"', b"", content) for name, content in parts().items()}
    return zipped({name: content for name, content in plain.items() if name != "xl/styles.xml"})


def renamed_part(before: str, after: str) -> bytes:
    """The template with its workbook part under another name, as some exports write it."""
    found = parts()
    names = (f"/{before}".encode(), f"/{after}".encode())
    return zipped(
        {
            (after if name == before else name.replace("workbook.xml.rels", f"{after.rpartition('/')[2]}.rels")): (
                content.replace(*names).replace(before.encode(), after.encode())
            )
            for name, content in found.items()
        }
    )


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(lambda: zipped({n.replace("/", "\\"): c for n, c in parts().items()}), id="backslashes in names"),
        pytest.param(lambda: zipped({f"/{name}": content for name, content in parts().items()}), id="absolute names"),
        pytest.param(without_styles, id="no styles"),
        pytest.param(lambda: renamed_part("xl/workbook.xml", "xl/workbook2.xml"), id="workbook under another name"),
        pytest.param(
            lambda: repacked(
                **{
                    "xl/worksheets/sheet1.xml": parts()["xl/worksheets/sheet1.xml"]
                    .replace(
                        b"<worksheet ", b'<x:worksheet xmlns:x="' + TRANSITIONAL.encode() + b'spreadsheetml/2006/main" '
                    )
                    .replace(b"</worksheet>", b"</x:worksheet>")
                }
            ),
            id="prefixed elements",
        ),
    ],
)
def test_a_workbook_is_read_however_its_program_packs_it(content: Callable[[], bytes]):
    assert checked(content()).problems == ()


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}, "an OpenDocument spreadsheet (.ods)"),
        ({"Index/Document.iwa": b"x", "Metadata/Properties.plist": b"x"}, "an Apple Numbers file"),
        ({"xl/workbook.bin": b"x", "[Content_Types].xml": b"<Types/>"}, "an Excel Binary Workbook (.xlsb)"),
        ({"word/document.xml": b"x", "[Content_Types].xml": b"<Types/>"}, "a Word document"),
        ({"pack.yaml": b"name: x"}, "a zip file with a pack"),
    ],
)
def test_what_a_file_is_instead_of_a_workbook_is_named(files: dict[str, bytes], words: str):
    (problem,) = read_sheet("ward.xlsx", zipped(files)).problems

    assert problem.message.startswith(f"This is {words}, despite its name.")


def rename(before: str, after: str) -> Callable[[Workbook], None]:
    def spoil(book: Workbook) -> None:
        book[before].title = after

    return spoil


@pytest.mark.parametrize(
    "name",
    [
        "Lessons - Table 1",
        "Copy of Lessons",
        "Lessons (2)",
        "LESSONS",
        "\u200bLessons ",
        "Lesson",
        "Sheet1",
        "Lektionen",
    ],
)
def test_a_sheet_under_another_name_is_found_by_its_headings(name: str):
    assert checked(spoiled(rename("Lessons", name))).problems == ()


def test_problems_name_the_sheet_as_it_is_called():
    content = spoiled(rename("Lessons", "Lessons - Table 1"), changed({at("Tip"): None}))

    assert set(places(content)) == {"Lessons - Table 1!F2"}


def test_a_sheet_called_by_its_name_goes_before_a_copy():
    def copy(book: Workbook) -> None:
        book.copy_worksheet(book["Lessons"]).title = "Lessons backup"

    assert checked(spoiled(copy)).problems == ()


def test_two_sheets_that_could_be_meant_are_both_named():
    def copy(book: Workbook) -> None:
        book.copy_worksheet(book["Lessons"]).title = "Ward"
        book["Lessons"].title = "Clinic"

    assert "“Clinic” and “Ward” both have its headings. Rename the right one." in places(spoiled(copy))["Lessons!A1"]


def test_the_sheets_that_were_found_are_named():
    def spoil(book: Workbook) -> None:
        book["Lessons"].delete_rows(1)
        book["Lessons"].title = "Tabelle1"

    assert places(spoiled(spoil))["Lessons!A1"] == (
        "Sheet “Lessons” is missing. This workbook has “Tabelle1”, “Programs”, “Skills”, “Sources”, “Pack”, "
        "“How to”. Add it, with its headings in row 1."
    )


@pytest.mark.parametrize("above", [1, 3, 9])
def test_a_title_above_the_headings_is_passed_over(above: int):
    def insert(book: Workbook) -> None:
        book["Lessons"].insert_rows(1, above)
        for row in range(1, above + 1):
            book["Lessons"].cell(row, 1).value = f"Ward seven, lessons, note {row}"

    assert checked(spoiled(insert)).problems == ()
    assert set(places(spoiled(insert, changed({at("Tip"): None})))) == {at("Tip", row=2 + above)}


def test_a_sheet_without_any_known_heading_is_told_which_it_needs():
    def spoil(book: Workbook) -> None:
        for cell in book["Skills"][1]:
            cell.value = f"Column {cell.column}"

    found = places(spoiled(spoil))

    assert found == {
        "Skills!row 1": "None of these headings is known. This sheet's headings are: Short name, Name, Command, Scope."
    }


@pytest.mark.parametrize(
    "heading", ["Words To Say", "words_to_say", "Words\nto say", "Words\u00a0to say*", "Ｗords to say"]
)
def test_headings_are_read_as_people_write_them(heading: str):
    assert checked(changed({at("Words to say", row=1): heading})).problems == ()


@pytest.mark.parametrize("heading", ["A:why", "A : Why", "a: why"])
def test_spaces_around_a_colon_do_not_matter(heading: str):
    assert checked(changed({at("A: why", row=1): heading})).problems == ()


def test_missing_columns_are_named_by_their_headings():
    content = changed({at("Tip", row=1): None, at("Why", row=1): None, at("Tip"): None, at("Why"): None})

    assert places(content) == {"Lessons!row 1": "Columns “Tip”, “Why” are missing. Add them."}


def test_a_field_whose_column_is_missing_is_placed_by_its_heading():
    content = changed({at("D: why", row=1): None, at("D: why"): None, at("Option D"): "One more thing to do"})

    assert set(places(content)) == {"Lessons!D: why, row 2"}


def test_a_heading_that_is_unknown_hides_no_other_problem():
    found = places(changed({"Lessons!AR1": "Author", "Lessons!AR2": "Amara", at("Tip"): None, "Lessons!AT2": "x"}))

    assert set(found) == {"Lessons!AR1", at("Tip"), "Lessons!AT2"}
    assert "Remove it, or call it Comment." in found["Lessons!AR1"]


def test_a_double_byte_order_mark_is_no_part_of_a_heading():
    pack = forty_lessons()

    sheet = read_sheet("ward.csv", b"\xef\xbb\xbf" + write_lessons_csv(pack), pack)

    assert (sheet.problems, len(sheet.files)) == ((), 40)


def test_an_unclosed_quotation_mark_is_placed_where_it_opens():
    pack = forty_lessons()
    rows = write_lessons_csv(pack).decode("utf-8-sig").split("\r\n")
    rows[3] = rows[3].replace("foundation,", 'foundation,"', 1).replace("practice,", 'practice,"', 1)

    assert opening(pack, "\r\n".join(rows)) == "E4"


def opening(pack: PackFiles, text: str) -> str:
    """The cell that is said to open a quotation mark."""
    (problem,) = read_sheet("ward.csv", text.encode(), pack).problems
    assert problem.message == (
        "A quotation mark opens this cell and doesn't close it, so the rest can't be read. Remove it, or close it."
    )
    assert problem.path == "ward.csv"
    return problem.cell


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ('Skill,"Number\n1,2\n3,4', "B1"),
        ('Skill,Number\na,"1\nb,"2"\n', "B2"),
        ('Skill,Number\n"a\n""b"",1\n', "A2"),
        ('Skill;Number\n"a;b";1\n"c"d;2\n', "A3"),
        ('sep=;\nSkill;Number\na;"1\n', "B3"),
        ('Skill,Number\n\n\n"a,1\n', "A4"),
        ('Skill,Number\n"a\nb","1\n', "B2"),
    ],
)
def test_each_unclosed_quotation_mark_is_placed_where_it_opens(text: str, cell: str):
    assert opening(forty_lessons(), text) == cell


def test_a_day_of_a_file_that_counts_from_1904_is_the_day_it_shows():
    def spoil(book: Workbook) -> None:
        from openpyxl.utils.datetime import CALENDAR_MAC_1904

        book.epoch = CALENDAR_MAC_1904
        book["Lessons"][at("Checked on").partition("!")[2]].value = datetime(2026, 11, 23)  # noqa: DTZ001  (as a sheet holds it)
        book["Lessons"][at("Checked on").partition("!")[2]].number_format = "General"

    sheet = read_sheet("ward.xlsx", spoiled(spoil))

    assert sheet.problems == ()
    assert any(b"checked_on: 2026-11-23" in content for path, content in sheet.files.items() if "/" in path)

"""Reading a cohort file: lenient about how it is written, and clear about everything that is wrong with it."""

import io
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook

from bot.content import cohort_files
from bot.content.cohort_files import MAX_FILE_BYTES, parse_cohort_file, read_cohort_file, write_template
from bot.content.parsing_process import ParsingLimits
from bot.domain.cohort_file import MAX_PEOPLE, CohortFile, FileColumn, FileProblem, FileRow
from tests.content import hostile_files

TODAY = date(2026, 3, 2)
HEADINGS = "Email,Slack member ID,Time zone,Start date"


def csv(*lines: str, headings: str = HEADINGS) -> bytes:
    return "\n".join([headings, *lines]).encode()


def workbook(*rows: Sequence[Any], title: str = "People") -> Workbook:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    return book


def saved(book: Workbook) -> bytes:
    memory = io.BytesIO()
    book.save(memory)
    return memory.getvalue()


def read(content: bytes) -> CohortFile:
    return parse_cohort_file(content, TODAY)


def problems(content: bytes) -> list[str]:
    """Problems as "row, column: message", with the message's first words."""
    return [f"{each.row} {each.column.name if each.column else '-'}: {each.message}" for each in read(content).problems]


def test_a_row_names_somebody_by_email_or_slack_id_with_zone_and_day() -> None:
    file = read(csv("Ana@Example.org,,europe/london,2026-03-09", ",U0BEN,New York,", "cy@example.org,U0CY,,"))

    assert file == CohortFile(
        (
            FileRow(2, FileColumn.EMAIL, "ana@example.org", "", "Europe/London", date(2026, 3, 9)),
            FileRow(3, FileColumn.USER_ID, "", "U0BEN", "America/New_York"),
            FileRow(4, FileColumn.USER_ID, "cy@example.org", "U0CY"),
        )
    )


@pytest.mark.parametrize(
    "headings",
    [
        "E-mail;Slack ID;Time zone;Start",
        "E-Mail-Adresse\tUser\tZeitzone\tStartdatum",
        "email_address,Slack Member ID,TZ,First day",
        "Work email;Member ID:;Time zone (IANA);Start date (optional)",
        "EMAIL,USER_ID,TIMEZONE,STARTS ON",
    ],
)
def test_headings_are_recognized_in_many_spellings(headings: str) -> None:
    separator = next(each for each in ";\t," if each in headings)
    line = separator.join(["ana@example.org", "", "Europe/London", "2026-03-09"])

    (row,) = read(csv(line, headings=headings)).rows

    assert (row.email, row.tz, row.starts_on) == ("ana@example.org", "Europe/London", date(2026, 3, 9))


def test_other_columns_rows_above_and_empty_rows_are_ignored() -> None:
    text = "New managers,,\n,,\nDepartment,E-mail,Phone\nICU,ana@example.org,12\n,,\nER,ben@example.org,=1+1\n"

    file = read(text.encode())

    assert [(row.number, row.email) for row in file.rows] == [(4, "ana@example.org"), (6, "ben@example.org")]
    assert file.problems == ()


def test_a_column_for_either_takes_both_and_mentions() -> None:
    file = read(csv("U0ANA", "ben@example.org", "<@U0CY|cy>", "mailto:di@example.org", headings="User"))

    assert [(row.user_id, row.email) for row in file.rows] == [
        ("U0ANA", ""), ("", "ben@example.org"), ("U0CY", ""), ("", "di@example.org")
    ]  # fmt: skip


def test_a_workbook_is_read_from_the_sheet_with_the_headings() -> None:
    book = workbook(["Please fill in the other sheet."], title="Read me")
    people = book.create_sheet("List")
    for row in (["Slack ID", "Start"], ["U0ANA", datetime(2026, 3, 9)], ["U0BEN", date(2026, 3, 10)]):  # noqa: DTZ001
        people.append(row)
    hidden = book.create_sheet("Old")
    hidden.append(["Email", "Slack ID", "Time zone", "Start"])
    hidden.append(["old@example.org"])
    hidden.sheet_state = "hidden"

    file = read(saved(book))

    assert [(row.user_id, row.starts_on) for row in file.rows] == [
        ("U0ANA", date(2026, 3, 9)), ("U0BEN", date(2026, 3, 10))
    ]  # fmt: skip


def test_a_number_in_a_date_cell_is_the_day_that_it_stands_for() -> None:
    (row,) = read(saved(workbook(["Email", "Start"], ["ana@example.org", 46090]))).rows

    assert row.starts_on == date(2026, 3, 9)


@pytest.mark.parametrize(
    ("written", "day"),
    [("9 March 2026", 9), ("March 9, 2026", 9), ("09.03.2026", 9), ("2026/03/09", 9), ("23/03/2026", 23)],
)
def test_days_are_read_as_people_write_them(written: str, day: int) -> None:
    (row,) = read(csv(f'ana@example.org,,,"{written}"')).rows

    assert row.starts_on == date(2026, 3, day)


def test_the_order_of_day_and_month_is_found_from_the_whole_column() -> None:
    file = read(csv("ana@example.org,,,04/05/2026", "ben@example.org,,,23/05/2026"))

    assert [row.starts_on for row in file.rows] == [date(2026, 5, 4), date(2026, 5, 23)]
    assert problems(csv("ana@example.org,,,04/05/2026"))[0].startswith("2 STARTS_ON: This could be one of two dates.")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("ana.example.org,,,", "2 EMAIL: This isn't an email address"),
        ("ana@example,,,", "2 EMAIL: This isn't an email address"),
        ("Ana <ana@example.org>,,,", "2 EMAIL: This isn't an email address"),
        (f"{'a' * 400}@example.org,,,", "2 EMAIL: This isn't an email address"),
        (",@ana,,", "2 USER_ID: This isn't a Slack member ID"),
        (",C0WARD,,", "2 USER_ID: This isn't a Slack member ID"),
        (",,,2026-03-09", "2 -: This row names nobody."),
        ("ana@example.org,,Mars/Base,", "2 TIME_ZONE: I don't know this time zone."),
        ("ana@example.org,,,2026-03-01", "2 STARTS_ON: This day has gone by."),
        ("ana@example.org,,,2027-03-09", "2 STARTS_ON: This is more than a year away."),
        ("ana@example.org,,,soon", "2 STARTS_ON: This isn't a date."),
        ('ana@example.org,,,"soon', "2 -: A quotation mark opens a cell here"),
    ],
)
def test_what_is_wrong_with_a_cell_is_said_with_its_place(line: str, problem: str) -> None:
    (found,) = problems(csv(line))

    assert found.startswith(problem)


def test_every_problem_is_found_at_once_and_none_quotes_a_cell() -> None:
    found = problems(csv("ana.private,,Mars,soon", "U0BEN,,,", "ben@example.org,,,", "BEN@example.org,,,", ",u0ben,,"))

    assert [each.partition(":")[0] for each in found] == [
        "2 EMAIL", "2 TIME_ZONE", "2 STARTS_ON", "5 EMAIL", "6 USER_ID"
    ]  # fmt: skip
    assert "the same person as in row 4" in found[3]
    assert "the same person as in row 3" in found[4]
    assert not any("private" in each or "Mars" in each for each in found)


def test_formulas_errors_and_merged_cells_are_named() -> None:
    book = workbook(["Email", "Time zone", "Team"], ["=A3", "#REF!", "=1+1"], ["ana@example.org", "", ""])
    sheet = book.active
    assert sheet is not None
    sheet["B2"].data_type = "e"
    sheet.merge_cells("A3:A4")
    sheet.merge_cells("C2:C3")

    found = problems(saved(book))

    assert found == [
        "2 EMAIL: This is a formula. Copy the cell, and paste it as a value.",
        "2 TIME_ZONE: This formula has an error. Replace it with text.",
        "3 EMAIL: The cells A3:A4 are merged. Unmerge them, and fill in each.",
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "This file is empty."),
        (b"\n\n", "This file is empty."),
        (b"Name,Phone\nAna,12\n", "I can't find a column “Email” or “Slack member ID”."),
        (b"Time zone,Start date\nEurope/London,2026-03-09\n", "I can't find a column"),
        (HEADINGS.encode(), "There is nobody below the headings."),
        (b"Email\nana@ex\xe4mple.org\n", "This file isn't UTF-8 text."),
        (b"PK\x03\x04 broken", "This file is damaged."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "I can't read this kind of file."),
        (hostile_files.zipped({"people.csv": b"Email\n"}), "I can't read this kind of file."),
        (b"Email\n" + b"a" * MAX_FILE_BYTES, "This file is too large."),
        (saved(workbook()), "This file is empty."),
    ],
)
def test_a_file_that_cant_be_read_is_refused_in_clear_words(content: bytes, told: str) -> None:
    (problem,) = read(content).problems

    assert (problem.row, problem.column) == (0, None)
    assert problem.message.startswith(told)


def test_two_columns_with_one_meaning_are_refused() -> None:
    assert problems(csv("U0ANA,U0BEN", headings="User,Slack ID"))[0].startswith("1 USER_ID: There are two columns")


def test_five_thousand_people_are_read_and_one_more_is_too_many() -> None:
    lines = [f"person{number}@example.org,,," for number in range(MAX_PEOPLE + 1)]

    assert len(read(csv(*lines[:-1])).rows) == MAX_PEOPLE
    assert "more than 5,000 rows" in read(csv(*lines)).problems[0].message


def test_a_hundred_thousand_rows_are_refused_without_being_read_to_the_end() -> None:
    rows = [["Email"], *([f"person{number}@example.org"] for number in range(100_000))]
    lines = csv(*(row[0] for row in rows[1:]), headings="Email")

    assert "more than 5,000 rows" in read(lines).problems[0].message
    assert "more than 5,000 rows" in read(saved(workbook(*rows))).problems[0].message


def test_a_file_that_unfolds_to_gigabytes_is_refused() -> None:
    bomb = hostile_files.repacked(**hostile_files.styles())

    assert read(bomb).problems[0].message.startswith("This file is too large.")


async def test_a_file_is_read_in_a_process_of_its_own_with_limits() -> None:
    whole = csv("ana@example.org,,Europe/London,2026-03-09", "nobody,,,")

    assert await read_cohort_file(whole, TODAY) == read(whole)
    stopped = await read_cohort_file(whole, TODAY, ParsingLimits(output_bytes=10))
    assert stopped.problems[0].message.startswith("This file is too large.")


def test_what_the_process_returns_holds_nothing_but_rows_and_problems() -> None:
    found = json.loads(cohort_files.cohort_file_to_json(csv("ana@example.org,,,"), today="2026-03-02"))

    assert found == {"rows": [[2, 1, "ana@example.org", "", None, None]], "problems": []}


def test_the_template_is_read_and_needs_people() -> None:
    file = read(write_template())

    assert file.problems == (FileProblem(0, None, "There is nobody below the headings. Write one person in each row."),)
    assert read(write_template() + b"ana@example.org\r\n").rows[0].email == "ana@example.org"


def test_an_address_isnt_shown_when_a_row_is_logged() -> None:
    assert "ana" not in repr(read(csv("ana@example.org,,,")))

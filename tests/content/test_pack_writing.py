"""A loaded pack comes back as files and as a workbook, from which the same pack can be loaded."""

import json
from dataclasses import replace
from datetime import date

import pytest

from bot.content.codec import pack_digest, pack_to_json
from bot.content.pack_reader import read_pack
from bot.content.pack_writing import pack_json_to_workbook, pack_to_files, pack_to_workbook
from bot.content.parsing_process import parse_in_process
from bot.content.workbook_writing import WRITING_LIMITS
from bot.domain.lesson import Pack, Pushback
from bot.errors import PackError
from tests.content.examples import LESSON, RULE_LESSON, lesson, pack, rule_lesson
from tests.content.sheets.books import checked, places
from tests.shipped import shipped_pack


def loaded() -> Pack:
    """A pack as it is after loading."""
    found = read_pack(pack((LESSON, lesson()), (RULE_LESSON, rule_lesson())))
    assert found.pack is not None, found.problems
    return found.pack


def test_a_loaded_pack_comes_back_as_files():
    assert read_pack(pack_to_files(loaded())).pack == loaded()


def test_the_shipped_pack_comes_back_as_a_workbook():
    assert checked(pack_to_workbook(shipped_pack())).pack == shipped_pack()


async def test_a_workbook_is_written_in_a_process_of_its_own():
    content = json.dumps(pack_to_json(loaded())).encode()

    assert checked(await parse_in_process(pack_json_to_workbook, content, limits=WRITING_LIMITS)).pack == loaded()


def test_what_only_authors_know_of_a_source_distinguishes_two_packs():
    other = replace(loaded(), bibliography=loaded().bibliography.replace("1,204 surveys", "1,205 surveys"))
    assert pack_digest(other) != loaded().digest


def test_what_nobody_kept_of_the_sources_is_asked_for_in_its_cells():
    found = places(pack_to_workbook(replace(loaded(), bibliography="")))

    assert set(found) == {f"Sources!{column}{row}" for column in "FI" for row in (2, 3)}
    assert found["Sources!I2"].startswith("Supports is empty.")


def test_a_pack_that_breaks_a_newer_rule_comes_back_with_its_problem():
    broken = replace(loaded(), lessons=(replace(loaded().lessons[0], title="42"), *loaded().lessons[1:]))

    assert [problem.code for problem in checked(pack_to_workbook(broken)).blocking_problems] == ["L1006"]


@pytest.mark.parametrize("text", ["Ring\x07 the bell."])
def test_text_that_no_cell_can_hold_is_named(text: str):
    broken = replace(loaded(), lessons=(replace(loaded().lessons[0], tip=text), *loaded().lessons[1:]))

    with pytest.raises(PackError, match="X111"):
        pack_to_workbook(broken)


def test_every_optional_field_comes_back():
    first, second = loaded().lessons
    full = replace(
        first,
        pushback=(Pushback("No.", "Ask why."), Pushback("Never.", "Ask again.")),
        fits_when="people who leave early",
        elsewhere="Ask there.",
        review_by=date(2027, 5, 1),
        notice="Not legal advice.",
        applies_to="US",
    )

    files = pack_to_files(replace(loaded(), lessons=(full, second)))

    found = read_pack(files).pack
    assert found is not None
    assert found.lessons == (full, second)

"""What a pack would take from another one is found at its place, whatever else is broken."""

import pytest

from bot.content.clashes import read_other_pack
from bot.content.lint import check_pack
from bot.content.other_packs import OtherPack, others_from_json, others_to_json
from bot.content.pack_files import PackFiles
from bot.content.shipped_pack import read_shipped_names
from bot.content.uploaded_packs import check_uploaded_pack
from tests.content.examples import LESSON, TODAY, dumped, lesson, pack, with_file
from tests.content.hostile_files import zipped
from tests.content.sheets.books import at, template
from tests.shipped import shipped_pack

NIGHTS = OtherPack("nights", "Nights", frozenset({"handoff-01", "handoff-07"}), {"/handoff-tip": "nights"})


def clashes(source: PackFiles, *others: OtherPack) -> list[tuple[str, str]]:
    """The place and the code of whatever another pack has."""
    found = check_pack(source, TODAY, others=others).blocking_problems
    return [(problem.location, problem.code) for problem in found if problem.code.startswith("P9")]


def test_a_lesson_id_and_a_command_are_placed_at_their_lines():
    assert clashes(pack(), NIGHTS) == [(f"{LESSON}:1", "P901"), ("pack.yaml:8", "P902")]


def test_a_pack_that_clashes_cannot_be_loaded():
    assert check_pack(pack(), TODAY, others=[NIGHTS]).pack is None


def test_a_new_version_takes_nothing_from_the_one_before():
    assert clashes(pack(slug="nights"), NIGHTS) == []


def test_a_command_may_be_shared_by_the_same_skill():
    same_skill = OtherPack("nights", "Nights", frozenset(), {"/handoff-tip": "handoff"})

    assert clashes(pack(), same_skill) == []


def test_clashes_are_found_beside_other_problems():
    broken = pack((LESSON, lesson(title="t" * 61, minutes=99)))

    assert clashes(broken, NIGHTS) == [(f"{LESSON}:1", "P901"), ("pack.yaml:8", "P902")]


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        (dumped({"slug": "ward-lessons", "version": "one"}), "ward-lessons"),
        (b"slug: ' ward-lessons '\n", "ward-lessons"),
        (b"name: x\n", None),
        (b"slug: [a]\n", None),
        (b"- a\n", None),
        (b"a: [", None),
    ],
)
def test_which_pack_it_is_is_known_even_if_it_is_broken(text: bytes, slug: str | None):
    assert check_pack(with_file(pack(), "pack.yaml", text), TODAY).slug == slug


async def test_an_upload_is_compared_with_the_live_packs_and_says_which_pack_it_is():
    checked = await check_uploaded_pack(template(), "ward.xlsx", TODAY, others=[NIGHTS])
    broken = await check_uploaded_pack(zipped({"pack.yaml": b"slug: ward"}), "ward.zip", TODAY)

    (problem,) = checked.problems
    assert (problem.location, problem.code, checked.slug) == (at("Number"), "P901", "our-lessons")
    assert broken.slug == "ward"


def test_other_packs_reach_another_process_as_they_are():
    (back,) = others_from_json(others_to_json([NIGHTS]))

    assert (back.slug, back.name, set(back.lesson_ids), back.commands) == (
        NIGHTS.slug,
        NIGHTS.name,
        NIGHTS.lesson_ids,
        NIGHTS.commands,
    )


def test_the_names_of_the_shipped_pack_are_those_of_its_lessons():
    names = read_shipped_names()

    assert names.lesson_ids == {lesson.id for lesson in shipped_pack().lessons}
    assert names.commands == {skill.command: skill.slug for skill in shipped_pack().skills if skill.command}


def test_files_without_a_pack_take_nothing():
    assert read_other_pack(PackFiles("x", {})) is None

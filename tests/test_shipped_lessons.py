"""The lessons that come with Rounds are clean by every rule, and hold what the app promises."""

from datetime import date
from functools import cache

from bot.content.intake import PackSource
from bot.content.lint import lint
from bot.content.packs import shipped_path
from bot.content.reading import read_pack
from bot.content.sources import folder
from bot.domain.lesson import Pack

WRITTEN = date(2026, 11, 23)  # fixed, so that no calendar turns this red
COMMANDS = {
    "leadership": "/leadership-tip",
    "strategy": "/strategy-tip",
    "finance": "/finance-tip",
    "change": "/change-tip",
    "emotional-intelligence": "/eq-tip",
    "conflict": "/conflict-tip",
    "teamwork": "/team-tip",
    "quality": "/quality-tip",
    "compliance": "/compliance-tip",
    "technology": "/technology-tip",
}


@cache
def shipped() -> PackSource:
    return folder(shipped_path())


@cache
def shipped_pack() -> Pack:
    pack = read_pack(shipped()).pack
    assert pack is not None
    return pack


def test_shipped_pack_is_clean_by_every_rule():
    assert "\n".join(map(str, lint(shipped(), WRITTEN))) == ""


def test_shipped_pack_teaches_ten_skills_each_with_its_command():
    assert {skill.slug: skill.command for skill in shipped_pack().skills} == COMMANDS


def test_each_skill_begins_with_at_least_three_lessons_in_order():
    for skill in shipped_pack().skills:
        ids = [lesson.id for lesson in shipped_pack().lessons if lesson.skill == skill]
        assert ids[:3] == [f"{skill.slug}-{number:02}" for number in range(1, 4)]
        assert ids == sorted(ids)


def test_each_skill_leads_from_foundation_through_practice_to_advanced():
    order = ["foundation", "practice", "advanced"]
    for skill in COMMANDS:
        levels = [order.index(lesson.level) for lesson in shipped_pack().lessons if lesson.skill.slug == skill]
        assert levels == sorted(levels)


def test_every_source_a_reader_meets_can_be_found():
    for lesson in shipped_pack().lessons:
        for source in lesson.sources:
            assert source.title
            assert source.authors
            assert source.link is None or source.link.startswith("https://")

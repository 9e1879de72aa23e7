"""The lessons that come with Rounds are clean by every rule, and hold what the app promises."""

import csv
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

from bot.content.audit import audit_pack
from bot.content.draft_reader import read_draft
from bot.content.lint import lint_pack
from bot.content.pack_files import PackFiles
from bot.content.pack_loading import load_folder
from bot.content.pack_templates import shipped_pack_folder
from bot.domain.lesson_selection import LEVEL_ORDER
from tests.shipped import shipped_pack

TOPICS = Path(__file__).with_name("topics.csv")
WRITTEN = date(2026, 12, 1)  # fixed, so that no calendar turns this red
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
def shipped() -> PackFiles:
    return load_folder(shipped_pack_folder())


def test_shipped_pack_is_clean_by_every_rule():
    assert "\n".join(map(str, lint_pack(shipped(), WRITTEN))) == ""


def test_shipped_pack_teaches_ten_skills_each_with_its_command():
    assert {skill.slug: skill.command for skill in shipped_pack().skills} == COMMANDS


def test_shipped_pack_has_every_planned_lesson_of_a_working_year_in_order():
    with TOPICS.open(newline="", encoding="utf-8") as file:
        planned = [(row["id"], row["level"], row["title"]) for row in csv.DictReader(file)]
    assert len(planned) == 393
    written = [(lesson.id, str(lesson.level), lesson.title) for lesson in shipped_pack().lessons]
    assert written == planned


def test_each_skill_has_at_least_thirty_lessons():
    taught = Counter(lesson.skill.slug for lesson in shipped_pack().lessons)
    assert taught.keys() == COMMANDS.keys()
    assert min(taught.values()) >= 30


def test_right_answers_are_spread_over_the_letters():
    for skill in COMMANDS:
        right = Counter(
            lesson.question.correct_option.key for lesson in shipped_pack().lessons if lesson.skill.slug == skill
        )
        assert min(right[key] for key in "ABCD") >= 5, skill


def test_each_skill_has_lessons_of_every_level():
    for skill in COMMANDS:
        levels = Counter(lesson.level for lesson in shipped_pack().lessons if lesson.skill.slug == skill)
        assert min(levels[level] for level in LEVEL_ORDER) >= 7, skill


def test_answers_can_hardly_be_guessed_without_the_cases():
    audit = audit_pack(read_draft(shipped()))

    assert [f"{way.name}: {way.share:.2f}" for way in audit.breaches] == []
    assert audit.questions == 393
    assert len(audit.guessing) > 10


def test_every_source_a_reader_meets_can_be_found():
    for lesson in shipped_pack().lessons:
        for source in lesson.sources:
            assert source.title
            assert source.authors
            assert source.link is None or source.link.startswith("https://")

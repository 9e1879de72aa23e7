"""The levels of skills, in Home and in the window that shows all of them."""

from bot.domain.lesson import Skill
from bot.slack.blocks import skill_levels
from tests.slack import builders as a

SKILLS = tuple(Skill(f"s{number}", f"Skill {number}", None, "") for number in range(1, 14))


def test_of_more_skills_than_home_has_room_for_those_in_focus_are_shown_first() -> None:
    shown = skill_levels.skill_levels_section(SKILLS, a.mastery(SKILLS), frozenset({"s13", "s12"}))

    lines = shown.splitlines()
    assert [line.split(":")[0] for line in lines[:3]] == ["Skill 12", "Skill 13", "Skill 1"]
    assert "Skill 11:" not in shown
    assert len(lines) <= skill_levels.MAX_HOME_SKILLS + 1


def test_without_a_focus_skills_keep_their_order() -> None:
    shown = skill_levels.skill_levels_section(SKILLS[:3], a.mastery(SKILLS[:3]), frozenset())

    assert [line.split(":")[0] for line in shown.splitlines()] == ["Skill 1", "Skill 2", "Skill 3"]

"""A learner's level in each skill, in words, and what the words mean."""

from collections.abc import Sequence

from slack_sdk.models.views import View

from bot.domain.lesson import Skill
from bot.domain.mastery import MasteryLevel, SkillMastery
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import context, escape, fit_lines, modal, section

_MEANING = (
    "*not started*: no question answered yet. *growing*: started. *steady*: two lessons in five practiced, and most of "
    "it remembered. *strong*: three in four practiced, and nearly all of it remembered."
)

_FADES = "Skills fade without practice, even on days off. Answering a question again brings them back."

MIN_ANSWERS_FOR_NUMBER = 5
"""From how many answered questions on a share is said: after one wrong answer it would say that all is remembered."""

MAX_HOME_SKILLS = 12
"""Most skills listed in Home. A button shows all of them."""


def skill_levels_section(skills: Sequence[Skill], found: Sequence[SkillMastery], focus: frozenset[str]) -> str:
    """List each skill with its level, those in focus first, as Home may have no room for all."""
    lines = [f"{_name(skills, each)}: {_short(each)}" for each in _focus_first(found, focus)]
    return fit_lines(lines, most=MAX_HOME_SKILLS)


def skills_modal(skills: Sequence[Skill], found: Sequence[SkillMastery], focus: frozenset[str]) -> View:
    """Show all skills, those in focus first, and what the words mean."""
    lines = [f"*{_name(skills, each)}*{_marks(each, focus)}\n{_long(each)}" for each in _focus_first(found, focus)]
    return modal(
        ids.READ_ONLY_MODAL,
        "Your skills",
        [section(fit_lines(lines) if lines else "No skills are taught yet."), context(_MEANING), context(_FADES)],
    )


def _focus_first(found: Sequence[SkillMastery], focus: frozenset[str]) -> list[SkillMastery]:
    return sorted(found, key=lambda each: each.skill not in focus)


def _short(each: SkillMastery) -> str:
    was = (
        f" (was {each.previous_level}; {_days(each.days_without_answer)} without a question)"
        if each.previous_level
        else ""
    )
    if each.level is MasteryLevel.NEW:
        return f"not started ({each.total_lessons} {'lesson' if each.total_lessons == 1 else 'lessons'})"
    return f"{each.level}, {each.practiced_lessons} of {each.total_lessons} practiced{was}"


def _long(each: SkillMastery) -> str:
    if each.mean_retrievability is None or each.practiced_lessons < MIN_ANSWERS_FOR_NUMBER:
        return _short(each).capitalize() + "."
    return f"{_short(each).capitalize()}; about {round(10 * each.mean_retrievability)} in 10 remembered."


def _marks(each: SkillMastery, focus: frozenset[str]) -> str:
    marks = [*(["your focus"] if each.skill in focus else []), *(["coming up more often"] if each.is_weak else [])]
    return f" · {', '.join(marks)}" if marks else ""


def _name(skills: Sequence[Skill], each: SkillMastery) -> str:
    return escape(next((skill.name for skill in skills if skill.slug == each.skill), each.skill))


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"

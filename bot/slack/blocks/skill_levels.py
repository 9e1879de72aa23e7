"""How far somebody has come with each skill, in words; and what the words mean."""

from collections.abc import Sequence

from slack_sdk.models.views import View

from bot.domain.lesson import Skill
from bot.domain.mastery import MasteryLevel, SkillMastery
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import context, escape, fit_lines, modal, section

_MEANING = (
    "*new*: no question answered yet. *growing*: begun. *steady*: two lessons in five practised, and most of it "
    "remembered. *strong*: three in four practised, and nearly all of it remembered."
)

_FADES = "What isn't asked for a while fades, on days off too; a question that comes back brings it back."

MAX_HOME_SKILLS = 12
"""Skills that Home names; the others are a button away."""


def skill_levels_section(skills: Sequence[Skill], found: Sequence[SkillMastery]) -> str:
    """A line for each skill."""
    return fit_lines([f"{_name(skills, each)}: {_short(each)}" for each in found], most=MAX_HOME_SKILLS)


def skills_modal(skills: Sequence[Skill], found: Sequence[SkillMastery], focus: frozenset[str]) -> View:
    """All skills, and what the words mean."""
    lines = [f"*{_name(skills, each)}*{_marks(each, focus)}\n{_long(each)}" for each in found]
    return modal(
        ids.READ_ONLY_MODAL,
        "Your skills",
        [section(fit_lines(lines) if lines else "No skills are taught yet."), context(_MEANING), context(_FADES)],
    )


def _short(each: SkillMastery) -> str:
    was = (
        f" (was {each.previous_level}; {_days(each.days_without_answer)} without a question)"
        if each.previous_level
        else ""
    )
    if each.level is MasteryLevel.NEW:
        return f"new, {each.total_lessons} to come"
    return f"{each.level}, {each.practiced_lessons} of {each.total_lessons} practised{was}"


def _long(each: SkillMastery) -> str:
    if each.mean_retrievability is None:
        return _short(each).capitalize() + "."
    return f"{_short(each).capitalize()}; about {round(10 * each.mean_retrievability)} in 10 remembered."


def _marks(each: SkillMastery, focus: frozenset[str]) -> str:
    marks = [*(["your focus"] if each.skill in focus else []), *(["comes oftener now"] if each.is_weak else [])]
    return f" · {', '.join(marks)}" if marks else ""


def _name(skills: Sequence[Skill], each: SkillMastery) -> str:
    return escape(next((skill.name for skill in skills if skill.slug == each.skill), each.skill))


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"

"""A learner's level in each skill, in words, and what the words mean."""

from collections.abc import Sequence

from slack_sdk.models.views import View

from bot.domain.lesson import Skill
from bot.domain.mastery import MasteryLevel, SkillMastery
from bot.language import gettext as _
from bot.language import mark, ngettext
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import context, escape, fit_lines, modal, section

_LEVELS = {
    # Translators: how far somebody has come with a skill, as are "growing", "steady", and "strong".
    MasteryLevel.NEW: mark("not started"),
    MasteryLevel.GROWING: mark("growing"),
    MasteryLevel.STEADY: mark("steady"),
    MasteryLevel.STRONG: mark("strong"),
}

_MEANING = mark(
    "*not started*: no question answered yet. *growing*: started. *steady*: two lessons in five practiced, and most of "
    "it remembered. *strong*: three in four practiced, and nearly all of it remembered."
)

_FADES = mark("Skills fade without practice, even on days off. Answering a question again brings them back.")

MIN_ANSWERS_FOR_NUMBER = 5
"""From how many answered questions on a share is said: after one wrong answer it would say that all is remembered."""

MAX_HOME_SKILLS = 12
"""Most skills listed in Home. A button shows all of them."""


def skill_levels_section(skills: Sequence[Skill], found: Sequence[SkillMastery], focus: frozenset[str]) -> str:
    """List each skill with its level, those in focus first, as Home may have no room for all."""
    return fit_lines(level_lines(skills, found, focus), most=MAX_HOME_SKILLS)


def level_lines(skills: Sequence[Skill], found: Sequence[SkillMastery], focus: frozenset[str]) -> list[str]:
    """Say each skill's level in a line, those in focus first."""
    return [f"{_name(skills, each)}: {_short(each)}" for each in _focus_first(found, focus)]


def skills_modal(skills: Sequence[Skill], found: Sequence[SkillMastery], focus: frozenset[str]) -> View:
    """Show all skills, those in focus first, and what the words mean."""
    lines = [f"*{_name(skills, each)}*{_marks(each, focus)}\n{_long(each)}" for each in _focus_first(found, focus)]
    return modal(
        ids.READ_ONLY_MODAL,
        _("Your skills"),
        [
            section(fit_lines(lines) if lines else _("No skills are taught yet.")),
            context(_(_MEANING)),
            context(_(_FADES)),
        ],
    )


def _focus_first(found: Sequence[SkillMastery], focus: frozenset[str]) -> list[SkillMastery]:
    return sorted(found, key=lambda each: each.skill not in focus)


def _short(each: SkillMastery) -> str:
    if each.level is MasteryLevel.NEW:
        return ngettext("not started ({count} lesson)", "not started ({count} lessons)", each.total_lessons)
    now = _(
        "{level}, {practiced} of {total} practiced",
        level=_(_LEVELS[each.level]),
        practiced=each.practiced_lessons,
        total=each.total_lessons,
    )
    if each.previous_level is None:
        return now
    # Translators: {now} is "growing, 3 of 20 practiced", and {before} is "steady".
    return ngettext(
        "{now} (was {before}; {count} day without a question)",
        "{now} (was {before}; {count} days without a question)",
        each.days_without_answer,
        now=now,
        before=_(_LEVELS[each.previous_level]),
    )


def _long(each: SkillMastery) -> str:
    short = _short(each)
    level = short[:1].upper() + short[1:]
    if each.mean_retrievability is None or each.practiced_lessons < MIN_ANSWERS_FOR_NUMBER:
        return f"{level}."
    # Translators: {level} is "Growing, 3 of 20 practiced".
    return _(
        "{level}; about {remembered} in 10 remembered.", level=level, remembered=round(10 * each.mean_retrievability)
    )


def _marks(each: SkillMastery, focus: frozenset[str]) -> str:
    marks = [
        *([_("your focus")] if each.skill in focus else []),
        *([_("coming up more often")] if each.is_weak else []),
    ]
    return f" · {', '.join(marks)}" if marks else ""


def _name(skills: Sequence[Skill], each: SkillMastery) -> str:
    return escape(next((skill.name for skill in skills if skill.slug == each.skill), each.skill))

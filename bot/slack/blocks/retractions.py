"""Retracting a lesson: choosing it, saying why, and what is retracted now."""

from collections.abc import Sequence
from itertools import groupby

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    InputInteractiveElement,
    OptionGroup,
    PlainTextInputElement,
    PlainTextObject,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from bot.domain.formats import Formats
from bot.language import gettext as _
from bot.learning.retractions import MAX_REASON_LENGTH, LessonName, RetractableLessons, RetractedLesson
from bot.slack import action_ids as ids
from bot.slack.blocks.admin import who_text
from bot.slack.blocks.block_kit import (
    MAX_BUTTON,
    MessageContent,
    button,
    confirm,
    context,
    escape,
    form_field,
    modal,
    more_text,
    option,
    section,
    shorten,
    text_message,
)

LESSON, REASON = "lesson", "reason"
"""The fields of the modal."""

MAX_OFFERED = 500
"""Most lessons in the menu, as a view takes 250 KB. Of larger packs, the title is typed."""

MAX_IN_GROUP = 100
"""Most lessons of one skill in a menu, and most skills (Slack's limits)."""

MAX_LISTED = 30
"""Most retracted lessons in the modal, as a view takes 100 blocks."""

MAX_TITLE = 300
"""Characters of a typed title."""


def retract_modal(offered: RetractableLessons) -> View:
    """Ask which lesson of a pack to retract, and why."""
    if not offered.lessons:
        return modal(
            ids.READ_ONLY_MODAL,
            _("Retract a lesson"),
            [section(_("Every lesson of *{pack}* is retracted already.", pack=escape(offered.name)))],
        )
    here = _("This pack is for everyone on this server. You retract the lesson in this workspace only.")
    return modal(
        ids.RETRACT_MODAL,
        _("Retract a lesson"),
        [
            section(
                _(
                    "Nobody gets the lesson of *{pack}* from then on, and its question isn't asked again. In its "
                    "message, those who got it see that it was retracted, and why. Their answers and reflections are "
                    "kept.",
                    pack=escape(offered.name),
                )
            ),
            *([context(here)] if offered.is_for_everyone else []),
            _lesson_field(offered.lessons),
            form_field(
                REASON,
                _("Reason"),
                PlainTextInputElement(action_id=REASON, max_length=MAX_REASON_LENGTH, multiline=True),
                hint=_("Everyone who got the lesson reads this. Leave out patient and staff details."),
            ),
        ],
        submit=_("Retract"),
        close=_("Cancel"),
        metadata=str(offered.version_id),
    )


def retracted_message(lesson: RetractedLesson) -> MessageContent:
    """Say that a lesson was just retracted, and what happens now."""
    return text_message(
        _(
            "*Retracted: {lesson}.* Nobody here gets it from now on. I'm updating the messages of those who got it, "
            "about 40 a minute. To use it again, type `/rounds admin packs` and press *Retracted lessons*.",
            lesson=escape(lesson.title),
        )
    )


def retracted_lessons_modal(lessons: Sequence[RetractedLesson], formats: Formats, note: str | None = None) -> View:
    """List the retracted lessons, newest first, each with *Use again* if this workspace retracted it."""
    blocks: list[Block] = [section(f"*{escape(note)}*")] if note else []
    for lesson in lessons[:MAX_LISTED]:
        reason = _("The reason: {reason}", reason=escape(lesson.reason))
        text = f"*{escape(lesson.title)}* ({escape(lesson.pack)})\n{reason}"
        blocks += [
            section(text, accessory=_use_again(lesson) if lesson.can_be_lifted else None),
            context(_retracted_text(lesson, formats)),
        ]
    if len(lessons) > MAX_LISTED:
        blocks.append(context(more_text(len(lessons) - MAX_LISTED)))
    return modal(
        ids.READ_ONLY_MODAL,
        _("Retracted lessons"),
        blocks or [section(_("No lesson is retracted in this workspace."))],
    )


def used_again_text(title: str) -> str:
    """Say that a retracted lesson is in use again."""
    return _("“{lesson}” is in use again. The messages of those who got it show it as before in a while.", lesson=title)


def _retracted_text(lesson: RetractedLesson, formats: Formats) -> str:
    who, day = who_text(lesson.by), formats.write_date(lesson.at)
    if lesson.can_be_lifted:
        return _("Retracted by {who} on {date}.", who=who, date=day)
    return _("Retracted by {who} on {date}, for everyone on this server.", who=who, date=day)


def _lesson_field(lessons: Sequence[LessonName]) -> Block:
    groups = [(name, list(group)) for name, group in groupby(_by_skill(lessons), lambda each: each.skill.name)]
    fits = len(lessons) <= MAX_OFFERED and len(groups) <= MAX_IN_GROUP
    if not fits or any(len(group) > MAX_IN_GROUP for _name, group in groups):
        typed: InputInteractiveElement = PlainTextInputElement(action_id=LESSON, max_length=MAX_TITLE)
        return form_field(LESSON, _("Lesson"), typed, hint=_("Its title or its short name, as in the pack."))
    menu = StaticSelectElement(
        action_id=LESSON,
        placeholder=PlainTextObject(text=_("Choose a lesson")),
        option_groups=[
            OptionGroup(
                label=PlainTextObject(text=shorten(name, MAX_BUTTON)),
                options=[option(each.title, each.lesson_id) for each in group],
            )
            for name, group in groups
        ],
    )
    return form_field(LESSON, _("Lesson"), menu)


def _by_skill(lessons: Sequence[LessonName]) -> list[LessonName]:
    """Return the lessons sorted by skill, in the order of the skills' first lessons."""
    order = {slug: place for place, slug in enumerate(dict.fromkeys(each.skill.slug for each in lessons))}
    return sorted(lessons, key=lambda each: order[each.skill.slug])


def _use_again(lesson: RetractedLesson) -> ButtonElement:
    question = confirm(
        _("Use it again?"),
        _("It is sent, asked, and shown as a tip again. Its messages show it as before."),
        _("Use again"),
        _("Cancel"),
    )
    return button(
        _("Use again"),
        ids.LIFT_RETRACTION,
        value=str(lesson.retraction_id),
        label=_("Use again: {lesson}", lesson=lesson.title),
        confirm=question,
    )

"""The questions of first contact, and what follows from the answers."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    PlainTextInputElement,
    PlainTextObject,
    StaticSelectElement,
    TimePickerElement,
)
from slack_sdk.models.views import View

from bot.language import gettext as _
from bot.language import mark
from bot.learning.coaching import Advice, Tip
from bot.learning.first_contact import Beginning, FirstAnswers, FirstQuestions, Role
from bot.retrieval.calibration import Confidence
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import MessageContent, context, escape, form_field, modal, option, section, text_message
from bot.slack.blocks.enrollment import next_lesson_text
from bot.slack.blocks.programs import PROGRAM, begun_blocks, program_field
from bot.slack.blocks.schedule_text import schedule_summary
from bot.slack.blocks.tips import AT_RISK, NOT_STORED, risk_check
from bot.slack.form_values import entered

ROLE_NAMES: Mapping[Role, str] = {
    Role.NEW_MANAGER: mark("New to managing"),
    Role.SHIFT_LEAD: mark("Charge nurse or shift lead"),
    Role.UNIT: mark("Ward or unit manager"),
    Role.PRACTICE: mark("Practice or clinic manager"),
    Role.HOME_CARE: mark("Home or community care manager"),
    Role.DEPARTMENT: mark("Head of a department or service"),
    Role.EXECUTIVE: mark("Executive or administrator"),
}

MAX_WORDS_LENGTH = 300
"""Most characters of what is hardest: a sentence or two."""

NO_MATCH = mark(
    "I couldn't match your sentence. Write to me here, and we'll look again: who was involved, and what happened?"
)

BEST_GUESS = mark("If it doesn't fit, write to me here: who was involved, and what happened?")


def questions_modal(questions: FirstQuestions) -> View:
    """Ask for the role, a program, the lesson time, and what is hardest just now."""
    skills = [option(skill.name, skill.slug) for skill in questions.skills[:100]]
    roles = [option(_(name), role.value) for role, name in ROLE_NAMES.items()]
    return modal(
        ids.FIRST_CONTACT_MODAL,
        _("Where to begin"),
        [
            section(_("Every answer is optional. Press Begin, and your first lesson comes right away.")),
            form_field(
                "role",
                _("What do you do?"),
                _select("role", _("Choose your role"), roles),
                hint=_("It helps me choose your first lesson. I don't store it."),
                optional=True,
            ),
            *([program_field(questions.programs, questions.followed, optional=True)] if questions.programs else []),
            *_lesson_time(questions.lesson_at),
            *(
                [
                    form_field(
                        "skill",
                        _("What's hardest just now?"),
                        _select("skill", _("Choose a skill"), skills),
                        optional=True,
                    )
                ]
                if skills
                else []
            ),
            form_field(
                "words",
                _("What's hardest, in your own words"),
                PlainTextInputElement(
                    action_id="words",
                    max_length=MAX_WORDS_LENGTH,
                    placeholder=PlainTextObject(text=_("Who was involved, and what happened?")),
                ),
                hint=_(
                    "I use it once, to find your first lesson. I don't store what you type. "
                    "Leave out patient and staff details."
                ),
                optional=True,
            ),
        ],
        submit=_("Begin"),
        close=_("Skip"),
    )


def read_answers(view: Mapping[str, Any]) -> FirstAnswers:
    """Read the answers from the modal. What isn't offered anymore counts as unanswered."""
    form = entered(view["state"]["values"])
    role, lesson_at = form.get("role"), form.get("lesson_at")
    return FirstAnswers(
        role=Role(role) if role in set(Role) else None,
        lesson_at=time.fromisoformat(lesson_at) if lesson_at else None,
        skill=form.get("skill"),
        words=str(form.get("words") or "").strip(),
        program=form.get(PROGRAM),
    )


def begun_message(begun: Beginning, advice: Advice | None, tip: Tip | None) -> MessageContent:
    """Say how somebody begins, and what the program is that they chose.

    `advice`: what was found for their words, or None if they wrote none. `tip`: their first lesson, or None if it is
    chosen as on any day.
    """
    view = begun.learner
    if advice is not None and advice.cards:
        return text_message(" ".join([_("*You're set.*"), next_lesson_text(view)]))
    is_guess = advice is not None and advice.best_tip is not None and advice.confidence is not Confidence.SURE
    said = [_first_lesson(tip, is_guess=is_guess)]
    if is_guess:
        said.append(_(BEST_GUESS))
    elif advice is not None and advice.best_tip is None:
        said.append(_(NO_MATCH))
    said.append(f"{schedule_summary(view.preferences.schedule, view.formats)}.")
    checked = risk_check(advice) if advice else []
    footnote: list[Block] = [context(f"{_(AT_RISK)} {_(NOT_STORED)}")] if advice else []
    program = begun_blocks(begun.program, _("The next lessons are the program's.")) if begun.program else []
    return MessageContent.of([*checked, section(" ".join(said)), *program, *footnote])


def _first_lesson(tip: Tip | None, *, is_guess: bool) -> str:
    if tip is None:
        return _("*Here we go.* Your first lesson is on its way.")
    title = escape(tip.lesson.title)
    if is_guess:
        return _("*My best guess: you begin with “{title}”.* It's on its way.", title=title)
    return _("*You begin with “{title}”.* It's on its way.", title=title)


def _lesson_time(lesson_at: time | None) -> list[Block]:
    if lesson_at is None:
        return []
    picker = TimePickerElement(action_id="lesson_at", initial_time=f"{lesson_at:%H:%M}")
    hint = _("On workdays, with a quick check-in 7½ hours later. For shifts and nights, open Settings later.")
    return [form_field("lesson_at", _("When should your lesson come?"), picker, hint=hint)]


def _select(name: str, placeholder: str, options: list[Any]) -> StaticSelectElement:
    return StaticSelectElement(action_id=name, placeholder=PlainTextObject(text=placeholder), options=options)

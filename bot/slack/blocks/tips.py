"""Tips and advice on demand. They never repeat what was asked."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache, partial

from slack_sdk.models.blocks import Block, ButtonElement
from slack_sdk.models.views import View

from bot.domain.formats import Formats
from bot.domain.lesson import Lesson, Skill
from bot.domain.lesson_review import is_review_overdue
from bot.domain.safety import SafetyCard
from bot.language import current_language, mark, ngettext, pgettext
from bot.language import gettext as _
from bot.learning.coaching import Advice, Tip
from bot.learning.practice import SavedLessonView
from bot.retrieval.calibration import Confidence
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import MessageContent, actions, button, context, divider, escape, header, modal, section
from bot.slack.blocks.lesson import overdue_notice, quoted_words, retraction_text, source_line

NOT_STORED = mark("I don't store what you type.")

AT_RISK = mark("If anyone may be at risk, use your urgent route first.")
"""The line under every answer that has no safety card."""

NOT_REVIEWED = mark("This card awaits a clinician's review. Your own procedures come first.")

READ_IN_PART = mark(
    "That's a long text, so I read only its beginning and its end. If someone may be at risk, tell me just that in a "
    "few words."
)

RISK_CHECK = mark("*Could someone be at risk?* If so, see what to do first:")

AFTER_SAFETY = mark("*Later, when everyone is safe*, these lessons may help:")

ASK_IN_PRIVATE = mark(
    "Only you can see this. I don't coach in channels, where others read along. Type `/coach` here and what is going "
    "on, which nobody else sees, or write to me in a direct message. Leave out patient and staff details."
)

NO_LESSONS_NOW = mark("Something is wrong on our side, so I can't look up lessons right now.")

NO_MATCH = mark("I couldn't match that. Try one sentence: who was involved, and what happened? Or choose a skill.")

NONE_FITS = mark("OK. Tell me in one more sentence: who was involved, and what happened? Or choose a skill.")

# Translators: A button beside the title of a lesson.
SHOW = mark("Show")

BETWEEN_TWO = mark("It could be one of two things. Which is closer?")

UNSURE = mark("I'm not sure which of these fits. Which is closest?")

MAX_PARAGRAPH_LENGTH = 1200
"""Characters of a tip's paragraph: twice what packs allow, as `&` takes five. All safety cards fit above it."""

MAX_TIPS_BACK = 20
"""Most tips that *Back* leads back through, one at a time."""

MAX_SAVED_LISTED = 30
"""Most saved lessons in the modal, as a view takes 100 blocks."""


def tip_message(tip: Tip, earlier: tuple[int, ...] = ()) -> MessageContent:
    """Build a tip, seen only by its reader. `earlier`: revisions of the tips shown here before it, the newest first."""
    return _tip_message(tip, earlier, current_language())


@lru_cache(maxsize=1024)
def _tip_message(tip: Tip, earlier: tuple[int, ...], _language: str) -> MessageContent:
    """Cached for each language: building the message takes longer than choosing the tip."""
    return MessageContent.of([*tip_card(tip), actions("tip", [*_browse(tip, earlier), *_use(tip)])])


def tip_modal(tip: Tip, earlier: tuple[int, ...] = ()) -> View:
    """Show a tip from App Home, where there is no message to replace. `earlier`: as for `tip_message`."""
    return modal(ids.READ_ONLY_MODAL, _("A tip"), [*tip_card(tip), actions("tip", _browse(tip, earlier))])


def advice_message(advice: Advice, skills: Sequence[Skill]) -> MessageContent:
    """Build the answer to a situation: safety cards first, then one lesson in full, or a question about which one."""
    if advice.best_tip is None:
        nothing = [context(_(NOT_STORED))] if advice.cards else _no_match(skills)
        return MessageContent.of([*safety_cards(advice.cards), *risk_check(advice), *nothing])
    if not is_shown_in_full(advice):
        chosen = choices(advice, _open_tip_button)
        return MessageContent.of([*risk_check(advice), *chosen, context(f"{_(AT_RISK)} {_(NOT_STORED)}")])
    blocks = [*risk_check(advice), *understood(advice), *tip_card(advice.best_tip)]
    show_instead = partial(_open_tip_button, instead_of=advice.best_tip)
    blocks += [_other_lesson(show_instead, n, [lesson]) for n, lesson in enumerate(advice.more_lessons)]
    buttons = [*_browse(advice.best_tip), *_use(advice.best_tip)]
    blocks += [actions("tip", buttons), context(f"{_(AT_RISK)} {_(NOT_STORED)}")]
    return MessageContent.of(blocks)


def safety_message(cards: Sequence[SafetyCard], *, is_broken: bool) -> MessageContent:
    """Build an answer of safety cards alone. `is_broken`: there are no lessons because the database can't be used."""
    return MessageContent.of(
        [*safety_cards(cards), context(f"{_(NO_LESSONS_NOW)} {_(NOT_STORED)}" if is_broken else _(NOT_STORED))]
    )


def mention_message(cards: Sequence[SafetyCard]) -> MessageContent:
    """Build the answer to a mention in a channel, which only its writer sees: any danger first, then where to ask."""
    return MessageContent.of([*safety_cards(cards), section(_(ASK_IN_PRIVATE))])


def risk_check(advice: Advice) -> list[Block]:
    """Build what comes before any lesson: that a long text was read in part, and whether somebody is at risk.

    The question about risk has a button for each card that it may need.
    """
    buttons = [
        button(_(card.label), f"{ids.OPEN_SAFETY_CARD}.{card.concern}", value=card.concern)
        for card in advice.possible_cards
    ]
    part: list[Block] = [context(_(READ_IN_PART))] if advice.read_in_part else []
    return [*part, section(_(RISK_CHECK)), actions("risk", buttons)] if buttons else part


def safety_card_modal(card: SafetyCard) -> View:
    """Show a safety card that was offered."""
    return modal(ids.READ_ONLY_MODAL, _("What to do first"), safety_cards([card])[:-1])


def is_shown_in_full(advice: Advice) -> bool:
    """Return whether the best lesson is shown in full: if it surely fits, and nobody may be in danger."""
    return advice.best_tip is not None and advice.confidence is Confidence.SURE and not advice.cards


def understood(advice: Advice) -> list[Block]:
    """Build the line that says what was understood, in the lesson's words; nothing if it has none."""
    fits_when = advice.best_tip.lesson.fits_when if advice.best_tip else None
    # Translators: {situation} is from a lesson, such as "people who agree in the meeting and do nothing".
    return [context(_("This sounds like {situation}.", situation=escape(fits_when)))] if fits_when else []


ChoiceButton = Callable[[str, int, Sequence[Lesson]], ButtonElement]
"""Makes the button that shows a lesson, given its text, its place, and the lesson followed by the others."""


def choices(advice: Advice, choice_button: ChoiceButton) -> list[Block]:
    """Build what comes instead of a lesson in full: safety cards, or a question, and a button for each lesson."""
    lessons = [*([advice.best_tip.lesson] if advice.best_tip else []), *advice.more_lessons]
    listed = [_other_lesson(choice_button, n, _first(lessons, n)) for n in range(len(lessons))]
    if advice.cards:
        later = [section(_(AFTER_SAFETY)), *listed] if advice.confidence is Confidence.SURE else []
        return [*safety_cards(advice.cards), *later]
    none = button(_("None of these"), ids.COACH_NONE, value="none")
    if advice.question is not None:
        answers = [choice_button(_(answer), n, _first(lessons, n)) for n, answer in enumerate(advice.question.answers)]
        return [section(escape(_(advice.question.text))), actions("choices", [*answers, none])]
    if advice.confidence is Confidence.BETWEEN_TWO:
        return [section(_(BETWEEN_TWO)), *listed[:2], actions("choices", [none])]
    return [section(_(UNSURE)), *listed, actions("choices", [none])]


def choose_label(text: str, lessons: Sequence[Lesson]) -> str | None:
    """Return what a screen reader says of a button for the first of these lessons; None if its text says enough."""
    return _("Show: {title}", title=lessons[0].title) if text == _(SHOW) else None


def _first(lessons: Sequence[Lesson], place: int) -> list[Lesson]:
    """Return the lessons with this one first."""
    return [lessons[place], *lessons[:place], *lessons[place + 1 :]]


def _other_lesson(choice_button: ChoiceButton, place: int, lessons: Sequence[Lesson]) -> Block:
    """Build the line of a lesson that isn't shown in full: its title, what it is about, and a button that shows it."""
    lines = [f"*{escape(lessons[0].title)}*"]
    if fits_when := lessons[0].fits_when:
        # Translators: {situation} is from a lesson, such as "people who agree in the meeting and do nothing".
        lines.append(_("About {situation}.", situation=escape(fits_when)))
    return section("\n".join(lines), accessory=choice_button(_(SHOW), place, lessons))


def _open_tip_button(text: str, place: int, lessons: Sequence[Lesson], instead_of: Tip | None = None) -> ButtonElement:
    """Make the button that shows a lesson as a tip. `instead_of`: the tip it replaces, to come back to."""
    value = f"{lessons[0].id} {instead_of.revision_id}" if instead_of else lessons[0].id
    return button(text, f"{ids.OPEN_TIP}.{place}", value=value, label=choose_label(text, lessons))


def skill_buttons(skills: Sequence[Skill]) -> list[Block]:
    """Make a button for each skill, in rows that fit on a phone."""
    buttons = [button(skill.name, f"{ids.SHOW_TIP_OF_SKILL}.{skill.slug}", value=skill.slug) for skill in skills[:50]]
    return [actions(f"skills.{start}", buttons[start : start + 5]) for start in range(0, len(buttons), 5)]


def saved_modal(lessons: Sequence[SavedLessonView], today: date, formats: Formats) -> View:
    """Show a learner's saved lessons with tip and words, marked if their review is overdue.

    Of a retracted one, only the reason is shown.
    """
    if not lessons:
        nothing = section(_("Nothing saved yet. Press *Save* under a lesson."))
        return modal(ids.READ_ONLY_MODAL, _("Saved lessons"), [nothing])
    blocks: list[Block] = []
    for lesson, retraction in ((each.lesson, each.retraction) for each in lessons[:MAX_SAVED_LISTED]):
        if retraction is not None:
            blocks += [section(retraction_text(lesson.title, retraction, formats)), divider()]
            continue
        blocks.append(section(f"*{escape(lesson.title)}*\n{escape(lesson.tip)}\n{say_line(lesson)}"))
        blocks += [*overdue_notice(lesson, formats, overdue=is_review_overdue(lesson, today)), divider()]
    more = len(lessons) - MAX_SAVED_LISTED
    last = [context(_older_text(more))] if more > 0 else []
    return modal(ids.READ_ONLY_MODAL, _("Saved lessons"), [*blocks[:-1], *last])


def _older_text(count: int) -> str:
    """Say that this many saved lessons aren't listed."""
    newest = _("The newest {listed} are here.", listed=MAX_SAVED_LISTED)
    # English doesn't tell one from many here, other languages do.
    older = ngettext("{count} older ones stay saved.", "{count} older ones stay saved.", count)
    return f"{newest} {older}"


def tip_card(tip: Tip) -> list[Block]:
    """Build a tip without its buttons."""
    lesson = tip.lesson
    return [
        header(lesson.title),
        *overdue_notice(lesson, tip.formats, overdue=tip.overdue),
        section(escape(lesson.tip), most=MAX_PARAGRAPH_LENGTH),
        *words_and_source(lesson),
    ]


def say_line(lesson: Lesson) -> str:
    """Write the words to say."""
    return _("*Say:* {words}", words=quoted_words(lesson))


def today_line(lesson: Lesson) -> str:
    """Write today's step."""
    return _("*Today:* {step}", step=escape(lesson.try_today))


def words_and_source(lesson: Lesson) -> list[Block]:
    """Build what to say, what to do today, and the source."""
    return [
        section(say_line(lesson), most=MAX_PARAGRAPH_LENGTH),
        section(today_line(lesson), most=MAX_PARAGRAPH_LENGTH),
        context(_("Source: {source}", source=source_line(lesson.sources[0]))),
        *([context(escape(lesson.notice))] if lesson.notice else []),
    ]


def _browse(tip: Tip, earlier: tuple[int, ...] = ()) -> list[ButtonElement]:
    """Make the buttons for another tip and for the one before. Their values carry the way back."""
    skill, way_back = tip.lesson.skill, (tip.revision_id, *earlier)[:MAX_TIPS_BACK]
    before = " ".join(map(str, earlier))
    back = button(_("Back"), ids.SHOW_PREVIOUS_TIP, value=before, label=_("Back to the tip before"))
    another = " ".join([skill.slug, *map(str, way_back)])
    return [
        # Translators: A button that shows another tip.
        button(_("Another"), ids.SHOW_ANOTHER_TIP, value=another, label=_("Another tip: {skill}", skill=skill.name)),
        *([back] if earlier else []),
    ]


def _use(tip: Tip) -> list[ButtonElement]:
    revision = str(tip.revision_id)
    return [
        button(pgettext("a lesson", "Save"), ids.SAVE_TIP, value=revision, label=_("Save this tip")),
        button(_("Share with my team"), ids.OPEN_SHARE_TIP, value=revision, label=_("Share this tip with my team")),
    ]


def safety_cards(cards: Sequence[SafetyCard]) -> list[Block]:
    """Build the safety cards that come before any lesson."""
    return [
        block
        for card in cards
        for block in (
            header(_(card.title)),
            *(section(escape(_(line))) for line in card.lines),
            *([] if card.reviewed_by else [context(_(NOT_REVIEWED))]),
            divider(),
        )
    ]


def _no_match(skills: Sequence[Skill]) -> list[Block]:
    return [section(f"{_(NO_MATCH)} {_(AT_RISK)} {_(NOT_STORED)}"), *skill_buttons(skills)]


def none_fits_message(skills: Sequence[Skill]) -> MessageContent:
    """Answer *None of these*: ask for one more sentence, and offer the skills."""
    return MessageContent.of([section(f"{_(NONE_FITS)} {_(AT_RISK)}"), *skill_buttons(skills)])

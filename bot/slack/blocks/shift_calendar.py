"""Shifts from a calendar: the modal that asks for it, the result, and notices about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from slack_sdk.models.blocks import Block, PlainTextInputElement
from slack_sdk.models.blocks.block_elements import FileInputElement
from slack_sdk.models.views import View

from bot.domain.formats import Formats
from bot.domain.schedule import MessageTiming
from bot.errors import RosterError, RosterProblem, RoundsError
from bot.language import gettext as _
from bot.language import mark, ngettext
from bot.learning.calendar_refresh import CalendarNotice, CalendarTrouble
from bot.learning.enrollment import LearnerView
from bot.learning.roster_settings import NO_SHIFTS, RosterView, SavedRoster
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import (
    MAX_SECTION,
    MessageContent,
    actions,
    button,
    context,
    escape,
    fit_lines,
    form_field,
    minutes_field,
    modal,
    section,
)
from bot.slack.blocks.enrollment import next_lesson_text, pause_text
from bot.slack.blocks.schedule_text import message_times_text

ADDRESS, FILE, LESSON_AFTER, DAY_END_BEFORE = "address", "file", "lesson_after", "day_end_before"
"""The block ids of the modal, and the action ids of their fields."""

MAX_OFFSET_MINUTES = 180
"""Most minutes between a shift's start or end and its message."""

_MAX_LISTED = 10
"""Most problems in a list. The rest are counted."""

_MAX_LIST_LENGTH = MAX_SECTION - 200
"""Characters of that list, with room for the text above it."""

_WHAT_IS_STORED = mark("I keep only when each shift starts and ends: no titles, no names.")


@dataclass(frozen=True, slots=True)
class CalendarInput:
    """What was entered, to show it again."""

    address: str
    timing: MessageTiming


def calendar_modal(view: RosterView, typed: CalendarInput | None = None, problem: RoundsError | None = None) -> View:
    """Ask for an address or a file. `typed` and `problem`: what was entered before, and why it didn't work."""
    timing = typed.timing if typed else view.timing
    what_counts = _("Each entry of your calendar that has a start and an end is a shift.")
    failed = _("*That didn't work, and nothing changed.*")
    return modal(
        ids.CALENDAR_MODAL,
        _("Shifts from a calendar"),
        [
            section(f"{what_counts} {_(NO_SHIFTS)} {_(_WHAT_IS_STORED)}"),
            *([section(_now(view, view.last_day))] if view.last_day else []),
            *([section(f"{failed}\n{_why(problem, view.formats)}")] if problem else []),
            form_field(
                ADDRESS,
                _("Address of your calendar"),
                PlainTextInputElement(
                    action_id=ADDRESS, initial_value=(typed.address if typed else "") or None, max_length=2000
                ),
                hint=_("It begins with https:// or webcal://. I read it again each day, and store it encrypted."),
                optional=True,
            ),
            form_field(
                FILE,
                _("Or a calendar file"),
                FileInputElement(action_id=FILE, max_files=1),
                hint=_("It ends in .ics. You can also send it to me as a message."),
                optional=True,
            ),
            minutes_field(
                LESSON_AFTER,
                LESSON_AFTER,
                _("Lesson: minutes after a shift starts"),
                str(timing.lesson_after),
                MAX_OFFSET_MINUTES,
            ),
            minutes_field(
                DAY_END_BEFORE,
                DAY_END_BEFORE,
                # Translators: "it" is the shift.
                _("Quick check-in: minutes before it ends"),
                str(timing.day_end_before),
                MAX_OFFSET_MINUTES,
            ),
            context(
                _(
                    "*Where to find it:* in most rostering software under Subscribe, Sync, Share or Export; in Outlook "
                    "and Google calendars in the calendar's own settings, as a published or secret address (iCal or "
                    "ICS). Whoever has that address can read the calendar, so share it with nobody else."
                )
            ),
        ],
        # Translators: a button; "it" is the calendar.
        submit=_("Read it"),
        close=_("Not now"),
    )


def reading_modal(name: str) -> View:
    """Say that the calendar is being read. `name`: its `external_id`, by which it is replaced afterward."""
    view = modal(
        ids.READ_ONLY_MODAL,
        _("Shifts from a calendar"),
        [
            section(
                _(
                    "*Reading your calendar…* That takes up to ten seconds. You can close this: what comes of it, I "
                    "send you as a message."
                )
            )
        ],
    )
    view.external_id = name
    return view


def saved_modal(saved: SavedRoster) -> View:
    """Show the result in the modal."""
    blocks = [section(_saved_text(saved)), *_left_out(saved.left_out, saved.learner.formats)]
    return modal(ids.READ_ONLY_MODAL, _("Shifts from a calendar"), blocks)


def saved_message(saved: SavedRoster, *, by_address: bool) -> MessageContent:
    """Send the result as a message."""
    again = (
        # Translators: "it" is the calendar.
        _("I read it again each day.")
        if by_address
        else _("When you get your next roster, send it to me the same way.")
    )
    said = section(f"{_saved_text(saved)}\n{_(_WHAT_IS_STORED)} {again}")
    return MessageContent.of([said, *_left_out(saved.left_out, saved.learner.formats), _buttons(saved.learner)])


def minutes_saved_message(view: LearnerView) -> MessageContent:
    """Confirm new minutes for the same shifts."""
    times = message_times_text(view.preferences.schedule, view.formats)
    said = [_("*Saved.*"), f"{times}.", _next(view)]
    return MessageContent.of([section(" ".join(said)), _buttons(view)])


def problem_message(problem: RoundsError, formats: Formats) -> MessageContent:
    """Say why a calendar can't be used."""
    told = _("*I couldn't use this calendar, and nothing changed.*")
    return MessageContent.of(
        [
            section(f"{told}\n{_why(problem, formats)}"),
            actions("roster", [button(_("Try another way"), ids.OPEN_CALENDAR)]),
        ]
    )


def calendar_news_message(notice: CalendarNotice) -> MessageContent:
    """Notify about a calendar that can't be read, as a whole or in part, or that has no more shifts."""
    if notice.trouble is CalendarTrouble.NO_SHIFTS_LEFT:
        said = (
            _("*Your calendar has no more shifts.* I look each day, and lessons go on as soon as there are new ones.")
            if notice.has_address
            else _(
                "*The roster you sent me has no more shifts.* Send me the next one as an .ics file, or choose Roster, "
                "and lessons go on."
            )
        )
    elif notice.trouble is CalendarTrouble.PARTLY_READ:
        told = _(
            "*I can't read some entries of your calendar, so I left them out.* The others are in your roster. Correct "
            "these in the calendar: I read it again each day, and won't message you about them until all are fine."
        )
        said = f"{told}\n{_why(notice.problem, notice.formats)}"
    else:
        told = _(
            "*I can't read your calendar right now.* Your shifts stay as I last read them, and I'll keep trying "
            "without messaging you again. If the calendar has moved, choose Roster and give me its new address."
        )
        said = f"{told}\n{_why(notice.problem, notice.formats)}"
    return MessageContent.of([section(said), actions("roster", [button(_("Roster"), ids.OPEN_CALENDAR)])])


def _now(view: RosterView, last_day: date) -> str:
    """Describe the roster that someone has, which goes on to `last_day`."""
    shifts = ngettext(
        "{count:,} shift until {day}",
        "{count:,} shifts until {day}",
        view.shifts_ahead,
        day=view.formats.write_day(last_day, view.today),
    )
    if view.calendar_host:
        host = escape(view.calendar_host)
        # Translators: {shifts} is such as "12 shifts until Friday, March 6".
        told = _("*Now:* {shifts}, from {host}, read again each day.", shifts=shifts, host=host)
    elif view.is_address_unreadable:
        told = _("*Now:* {shifts}, from a calendar whose address I can't read right now.", shifts=shifts)
    elif view.is_from_file:
        told = _("*Now:* {shifts}, from a file.", shifts=shifts)
    else:
        told = _("*Now:* {shifts}.", shifts=shifts)
    # Translators: the fields are those for a calendar's address and for a file.
    only_minutes = _("To change only the minutes, leave both fields below empty.")
    return f"{told} {only_minutes}"


def _saved_text(saved: SavedRoster) -> str:
    said = [
        ngettext(
            "*Your roster is in:* {count:,} shift until {day}.",
            "*Your roster is in:* {count:,} shifts until {day}.",
            saved.shifts_ahead,
            day=saved.learner.formats.write_day(saved.last_day, saved.learner.today),
        )
    ]
    if saved.shifts_from_previous:
        said.append(
            ngettext(
                "{count:,} shift of them are from your roster before.",
                "{count:,} shifts of them are from your roster before.",
                saved.shifts_from_previous,
            )
        )
    said.append(_next(saved.learner))
    if saved.all_day_entries:
        said.append(
            ngettext(
                "{count} all-day entry was left out.", "{count} all-day entries were left out.", saved.all_day_entries
            )
        )
    if saved.other_entries:
        said.append(
            ngettext(
                "{count:,} entry was left out: over 24 hours long, without an end, or marked as free.",
                "{count:,} entries were left out: over 24 hours long, without an end, or marked as free.",
                saved.other_entries,
            )
        )
    return " ".join(said)


def _left_out(problems: Sequence[RosterProblem], formats: Formats) -> list[Block]:
    """Name the entries that can't be read."""
    if not problems:
        return []
    lines = [f"• {escape(_line(each, formats))}" for each in problems]
    told = _("*I couldn't read some entries, so I left them out.* Correct these in the calendar:")
    return [section(f"{told}\n{fit_lines(lines, _MAX_LIST_LENGTH, _MAX_LISTED)}")]


def _next(view: LearnerView) -> str:
    if not view.has_started:
        return _("Press Start when you want lessons to begin.")
    return f"{pause_text(view)}." if view.is_paused else next_lesson_text(view)


def _buttons(view: LearnerView) -> Block:
    start = [] if view.has_started else [button(_("Start"), ids.START_LESSONS, style="primary")]
    return actions("roster", [*start, button(_("Roster"), ids.OPEN_CALENDAR)])


def _why(problem: RoundsError | None, formats: Formats) -> str:
    """Format one problem, or the number of problems and as many of them as fit."""
    if not isinstance(problem, RosterError):
        return escape(str(problem or ""))
    lines = [escape(_line(each, formats)) for each in problem.problems]
    if len(lines) == 1:
        return lines[0]
    counted = ngettext("{count} problem:", "{count} problems:", len(lines))
    return f"{counted}\n{fit_lines([f'• {line}' for line in lines], _MAX_LIST_LENGTH, _MAX_LISTED)}"


def _line(problem: RosterProblem, formats: Formats) -> str:
    """Format a problem after the day of its entry."""
    return f"{formats.write_full_day(problem.day)}: {problem.message}" if problem.day else problem.message

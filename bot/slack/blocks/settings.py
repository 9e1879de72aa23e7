"""The settings, and the confirmation after a change."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import time, timedelta

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    ConversationMultiSelectElement,
    PlainTextInputElement,
    PlainTextObject,
    RadioButtonsElement,
    StaticMultiSelectElement,
    TimePickerElement,
)
from slack_sdk.models.views import View

from bot.domain.formats import Formats, name_weekdays
from bot.domain.learner import Cadence, Preferences
from bot.domain.lesson import Skill
from bot.domain.message_times import is_made_of_messages
from bot.domain.schedule import MAX_LAG, MAX_LEAD
from bot.domain.schedule_kinds import AnySchedule
from bot.domain.team import MIN_TEAM_SIZE
from bot.language import gettext as _
from bot.language import mark
from bot.learning.enrollment import LearnerView
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import (
    MessageContent,
    actions,
    button,
    channel_filter,
    form_field,
    modal,
    option,
    section,
)
from bot.slack.blocks.check_in import continue_or_stop_blocks
from bot.slack.blocks.enrollment import next_lesson_text
from bot.slack.blocks.lms import lms_line
from bot.slack.blocks.schedule_text import (
    day_end_minutes_text,
    lesson_minutes_text,
    message_times_text,
    schedule_summary,
    shifts_text,
)
from bot.slack.times_form import DAY_END, DAYS, LESSON, TimesForm, times_form_of, to_metadata

CADENCES = {
    Cadence.EACH_SHIFT: mark("On each working day"),
    Cadence.WEEKLY: mark("Once a week, in the week's first shift"),
}

MAX_LEAD_HOURS, MAX_LAG_HOURS = (length // timedelta(hours=1) for length in (MAX_LEAD, MAX_LAG))
"""How far before and after a shift clock times may be."""


def settings_modal(view: LearnerView, times: TimesForm | None = None, note: str | None = None) -> View:
    """Show the settings that most people want: when lessons come. *More* has the others.

    `times`: what was entered before, if there is something to check (`note`) before it is saved.
    """
    preferences = view.preferences
    shown = times_form_of(preferences.schedule)
    return modal(
        ids.SETTINGS_MODAL,
        _("Settings"),
        [
            *_still_open(view),
            *([section(f"*{note}*")] if note else []),
            *_times(preferences.schedule, shown, times or shown, view.formats),
            form_field(
                "tz",
                _("Time zone"),
                PlainTextInputElement(action_id="tz", initial_value=preferences.tz, max_length=64),
                hint=_(
                    "A place such as Europe/Berlin or New York. Changing this turns off automatic updates from Slack. "
                    "To turn them back on, tick the box below."
                ),
            ),
            _box("follows_zone", _("When I travel"), _("Follow my Slack time zone"), chosen=preferences.follows_zone),
            section(
                _("How often lessons come, vacations, your week's summary, your team, and skills to focus on"),
                accessory=button(_("More"), ids.OPEN_MORE_SETTINGS, label=_("More settings")),
            ),
        ],
        submit=_("Save"),
        close=_("Close"),
        metadata=to_metadata(replace(shown, confirmed_overnight=(times or shown).confirmed_overnight)),
    )


def confirm_overnight_modal(view: LearnerView, times: TimesForm) -> View:
    """Show the settings, and ask whether the check-in is meant to come on the day after the lesson."""
    day_end, lesson = (view.formats.write_time(time.fromisoformat(at)) for at in (times.day_end_at, times.lesson_at))
    note = _(
        "Your check-in at {day_end} comes the day after your lesson at {lesson}. If that's right, "
        "press Save again. If not, change it.",
        day_end=day_end,
        lesson=lesson,
    )
    return settings_modal(view, replace(times, confirmed_overnight=True), note)


def more_settings_modal(view: LearnerView, skills: Sequence[Skill], lms_host: str | None = None) -> View:
    """Show the settings behind *More*. `lms_host`: an LMS that people can have told what they complete, if any."""
    preferences = view.preferences
    cadences = {cadence: option(_(text), cadence.value) for cadence, text in CADENCES.items()}
    return modal(
        ids.MORE_SETTINGS_MODAL,
        _("More settings"),
        [
            form_field(
                "cadence",
                # Translators: the label of a choice, such as "Once a week, in the week's first shift".
                _("Lessons come"),
                RadioButtonsElement(
                    action_id="cadence",
                    options=list(cadences.values()),
                    initial_option=cadences[preferences.cadence],
                ),
            ),
            _box(
                "follows_status",
                _("When I'm away"),
                _("Pause while my Slack status says vacation or sick"),
                chosen=preferences.follows_status,
            ),
            _box(
                "weekly_summary",
                _("My week"),
                _("Sum up my week when it ends"),
                chosen=preferences.weekly_summary,
                hint=_(
                    "In the quick check-in of its last working day, which then comes even if you already reflected."
                ),
            ),
            _team(preferences),
            *_focus(preferences, skills),
            *([lms_line(lms_host)] if lms_host else []),
        ],
        submit=_("Save"),
        close=_("Back"),
    )


def settings_saved_message(view: LearnerView) -> MessageContent:
    """Confirm saved settings."""
    preferences = view.preferences
    summary = schedule_summary(preferences.schedule, view.formats)
    zone = (
        _("Time zone {zone}, which follows Slack.", zone=preferences.tz)
        if preferences.follows_zone
        else _("Time zone {zone}.", zone=preferences.tz)
    )
    channel = f"<#{preferences.team_channel}>"
    return _saved(
        view,
        " ".join([_("*Settings saved.*"), f"{summary}.", zone]),
        *([_("One lesson a week, in the week's first shift.")] if preferences.cadence is Cadence.WEEKLY else []),
        # Translators: "them" are lessons.
        *([_("A Slack status of vacation or sick pauses them.")] if preferences.follows_status else []),
        *(
            [_("You count with {channel}, and nobody sees who practiced.", channel=channel)]
            if preferences.team_channel
            else []
        ),
        *([_("You'll get a summary at the end of each week.")] if preferences.weekly_summary else []),
    )


def shifts_saved_message(view: LearnerView) -> MessageContent:
    """Confirm saved shifts."""
    schedule = view.preferences.schedule
    shifts, times = shifts_text(schedule, view.formats), message_times_text(schedule, view.formats)
    return _saved(view, " ".join([_("*Shifts saved.*"), f"{shifts}.", f"{times}."]))


def _saved(view: LearnerView, *lines: str) -> MessageContent:
    upcoming = next_lesson_text(view) if view.has_started else _("Press Start when you want lessons to begin.")
    said = [*lines] if view.is_asked_to_continue else [*lines, upcoming]
    blocks: list[Block] = [section("\n".join(said)), *_still_open(view)]
    if not view.has_started:
        blocks.append(actions("welcome", [button(_("Start"), ids.START_LESSONS, style="primary")]))
    return MessageContent.of(blocks)


def _times(schedule: AnySchedule, shown: TimesForm, entered: TimesForm, formats: Formats) -> list[Block]:
    """Build the clock times, and the days if all have the same hours. Otherwise the shifts come first, in words."""
    change = button(_("Change shifts"), ids.OPEN_SHIFTS, label=_("Change shifts and the minutes of lessons"))
    times = _clock_times(schedule, shown, entered)
    said = [_("*My shifts*"), shifts_text(schedule, formats)]
    if shown.days is None:
        said.append(message_times_text(schedule, formats))
        return [section("\n".join(said), accessory=change, block_id="shifts"), *times]
    options = [option(name, str(number)) for number, name in enumerate(name_weekdays())]
    chosen = [options[day] for day in entered.days or ()]
    boxes = CheckboxesElement(action_id=DAYS, options=options, initial_options=chosen or None)
    return [
        *times,
        form_field(shown.block(DAYS), _("On these days"), boxes),
        section("\n".join(said), accessory=change, block_id="shifts"),
    ]


def _clock_times(schedule: AnySchedule, shown: TimesForm, entered: TimesForm) -> list[Block]:
    """Build the fields for clock times. Without them, messages come by the minutes of the shift."""
    simple, timing = is_made_of_messages(schedule), schedule.timing
    fields = (
        (
            LESSON,
            # Translators: the label of a field for a clock time.
            _("Lesson at"),
            entered.lesson_at,
            None
            if simple
            # Translators: {minutes} is such as "20 minutes after the start"; "it" is the lesson.
            else _(
                "During your shift, or up to {hours} hours before. If you leave this empty, it comes {minutes}.",
                hours=MAX_LEAD_HOURS,
                minutes=lesson_minutes_text(timing),
            ),
        ),
        (
            DAY_END,
            # Translators: the label of a field for a clock time.
            _("Quick check-in at"),
            entered.day_end_at,
            # Translators: "it" is the check-in.
            _("If this is earlier than the lesson, it comes the next day.")
            if simple
            # Translators: {minutes} is such as "25 minutes before the end"; "it" is the check-in.
            else _(
                "During your shift, or up to {hours} hours after. If you leave this empty, it comes {minutes}.",
                hours=MAX_LAG_HOURS,
                minutes=day_end_minutes_text(timing),
            ),
        ),
    )
    return [
        form_field(
            shown.block(name),
            label,
            TimePickerElement(action_id=name, initial_time=at or None),
            hint=hint,
            optional=not simple,
        )
        for name, label, at, hint in fields
    ]


def _still_open(view: LearnerView) -> list[Block]:
    return continue_or_stop_blocks() if view.is_asked_to_continue else []


def _box(name: str, label: str, text: str, *, chosen: bool, hint: str | None = None) -> Block:
    box = option(text, "on")
    return form_field(
        name,
        label,
        CheckboxesElement(action_id=name, options=[box], initial_options=[box] if chosen else None),
        hint=hint,
        optional=True,
    )


def _team(preferences: Preferences) -> Block:
    return form_field(
        "team",
        _("My team's channel"),
        ConversationMultiSelectElement(
            action_id="team",
            initial_conversations=[preferences.team_channel] if preferences.team_channel else None,
            max_selected_items=1,
            placeholder=PlainTextObject(text=_("None: I practice on my own")),
            filter=channel_filter(),
        ),
        hint=_(
            "Once {people} or more name the same channel, Home says whether most of you practiced last week. "
            "Nobody learns who did, or how many.",
            people=MIN_TEAM_SIZE,
        ),
        optional=True,
    )


def _focus(preferences: Preferences, skills: Sequence[Skill]) -> list[Block]:
    if not skills:
        return []
    options = [option(skill.name, skill.slug) for skill in skills[:100]]
    chosen = [each for each in options if each.value in preferences.focus]
    return [
        form_field(
            "focus",
            _("Skills to focus on"),
            StaticMultiSelectElement(
                action_id="focus",
                options=options,
                initial_options=chosen or None,
                placeholder=PlainTextObject(text=_("All in turn")),
            ),
            hint=_("These come twice as often as the others."),
            optional=True,
        )
    ]

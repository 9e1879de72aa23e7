"""The settings, and the confirmation after a change."""

from collections.abc import Sequence

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    ConversationMultiSelectElement,
    PlainTextInputElement,
    PlainTextObject,
    RadioButtonsElement,
    StaticMultiSelectElement,
)
from slack_sdk.models.views import View

from bot.domain.learner import Cadence, Preferences
from bot.domain.lesson import Skill
from bot.domain.team import MIN_TEAM_SIZE
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
from bot.slack.blocks.schedule_text import message_times_text, schedule_summary, shifts_text

CADENCES = {
    Cadence.EACH_SHIFT: "On each working day",
    Cadence.WEEKLY: "Once a week, in the week's first shift",
}


def settings_modal(view: LearnerView, skills: Sequence[Skill]) -> View:
    """Show the settings: shifts, time zone, cadence, pauses, team, and focus."""
    preferences = view.preferences
    schedule = preferences.schedule
    cadences = {cadence: option(text, cadence.value) for cadence, text in CADENCES.items()}
    return modal(
        ids.SETTINGS_MODAL,
        "Settings",
        [
            *_still_open(view),
            section(
                f"*My shifts*\n{shifts_text(schedule)}\n{message_times_text(schedule)}",
                accessory=button("Change shifts", ids.OPEN_SHIFTS, label="Change shifts and the times of lessons"),
                block_id="shifts",
            ),
            form_field(
                "tz",
                "Time zone",
                PlainTextInputElement(action_id="tz", initial_value=preferences.tz, max_length=64),
                hint=(
                    "A place such as Europe/Berlin or New York. Changing this turns off automatic updates from Slack. "
                    "To turn them back on, tick the box below."
                ),
            ),
            _box("follows_zone", "When I travel", "Follow my Slack time zone", chosen=preferences.follows_zone),
            form_field(
                "cadence",
                "Lessons come",
                RadioButtonsElement(
                    action_id="cadence",
                    options=list(cadences.values()),
                    initial_option=cadences[preferences.cadence],
                ),
            ),
            _box(
                "follows_status",
                "When I'm away",
                "Pause while my Slack status says vacation or sick",
                chosen=preferences.follows_status,
            ),
            _box(
                "weekly_summary",
                "My week",
                "Sum up my week when it ends",
                chosen=preferences.weekly_summary,
                hint="In the quick check-in of its last working day, which then comes even if you already reflected.",
            ),
            _team(preferences),
            *_focus(preferences, skills),
        ],
        submit="Save",
        close="Close",
    )


def settings_saved_message(view: LearnerView) -> MessageContent:
    """Confirm saved settings."""
    preferences = view.preferences
    follows = ", which follows Slack" if preferences.follows_zone else ""
    return _saved(
        view,
        f"*Settings saved.* {schedule_summary(preferences.schedule)}. Time zone {preferences.tz}{follows}.",
        *(["One lesson a week, in the week's first shift."] if preferences.cadence is Cadence.WEEKLY else []),
        *(["A Slack status of vacation or sick pauses them."] if preferences.follows_status else []),
        *(
            [f"You count with <#{preferences.team_channel}>, and nobody sees who practiced."]
            if preferences.team_channel
            else []
        ),
        *(["You'll get a summary at the end of each week."] if preferences.weekly_summary else []),
    )


def shifts_saved_message(view: LearnerView) -> MessageContent:
    """Confirm saved shifts."""
    schedule = view.preferences.schedule
    return _saved(view, f"*Shifts saved.* {shifts_text(schedule)}. {message_times_text(schedule)}.")


def _saved(view: LearnerView, *lines: str) -> MessageContent:
    upcoming = next_lesson_text(view) if view.has_started else "Press Start when you want lessons to begin."
    said = [*lines] if view.is_asked_to_continue else [*lines, upcoming]
    blocks: list[Block] = [section("\n".join(said)), *_still_open(view)]
    if not view.has_started:
        blocks.append(actions("welcome", [button("Start", ids.START_LESSONS, style="primary")]))
    return MessageContent.of(blocks)


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
        "My team's channel",
        ConversationMultiSelectElement(
            action_id="team",
            initial_conversations=[preferences.team_channel] if preferences.team_channel else None,
            max_selected_items=1,
            placeholder=PlainTextObject(text="None: I practice on my own"),
            filter=channel_filter(),
        ),
        hint=(
            f"Once {MIN_TEAM_SIZE} or more name the same channel, Home says whether most of you practiced last week. "
            "Nobody learns who did, or how many."
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
            "Skills to focus on",
            StaticMultiSelectElement(
                action_id="focus",
                options=options,
                initial_options=chosen or None,
                placeholder=PlainTextObject(text="All in turn"),
            ),
            hint="These come twice as often as the others.",
            optional=True,
        )
    ]

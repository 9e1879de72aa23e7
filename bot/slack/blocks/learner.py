"""Meeting a person, their settings, their pauses."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    DatePickerElement,
    InputBlock,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    StaticMultiSelectElement,
    TimePickerElement,
)
from slack_sdk.models.views import View

from bot.domain.learner import Cadence, Preferences
from bot.domain.lesson import Skill
from bot.domain.shifts import WORKDAYS, Weekly
from bot.learning.enrolment import LearnerView
from bot.slack import actions as ids
from bot.slack.blocks.check_in import still_open
from bot.slack.blocks.schedule import DAYS, message_times, rhythm
from bot.slack.blocks.surface import (
    Message,
    actions,
    button,
    context,
    day_name,
    divider,
    escape,
    header,
    home_tab,
    listed,
    modal,
    section,
    shorten,
)

ROWS = 25
"""Skills in one section of the help; a pack has no more."""

PRIVATE = "Colleagues and admins can't read your reflections in Rounds. Please leave out patient and staff details."


def welcome(view: LearnerView) -> Message:
    """First contact: what it is, when, who can read what; and *Start*."""
    return Message.of(welcome_blocks(view.preferences))


def welcome_home(view: LearnerView) -> View:
    """App Home before *Start*."""
    return home_tab([header("Welcome"), *welcome_blocks(view.preferences)])


def welcome_blocks(preferences: Preferences) -> list[Block]:
    """What a new person reads, wherever they meet Rounds."""
    return [
        section(
            "Hi, I'm Rounds: one short management lesson each working day, and one question. "
            f"{rhythm(preferences.schedule)}, your time. {PRIVATE}"
        ),
        actions(
            "welcome",
            [
                button("Start", ids.START, style="primary"),
                button("Change times", ids.SETTINGS),
                button("Not now", ids.NOT_NOW),
            ],
        ),
    ]


def started(view: LearnerView) -> Message:
    """*Start* was pressed."""
    return Message.of(
        [
            section(f"*You're set.* {next_lesson(view)}"),
            section("Would you like today's lesson now?"),
            actions("started", [button("Lesson now", ids.LESSON_NOW), button("Settings", ids.SETTINGS)]),
        ]
    )


def not_now() -> Message:
    """*Not now* was pressed."""
    return Message.of(
        [
            section("No problem. Nothing will be sent. Tips still work: type `/tip`. Come back when it suits you."),
            actions("welcome", [button("Start", ids.START)]),
        ]
    )


def settings_saved(view: LearnerView) -> Message:
    """The result of settings, as a message of its own."""
    preferences = view.preferences
    weekly = ", one lesson a week" if preferences.cadence is Cadence.WEEKLY else ""
    lines = [
        f"*Settings saved.* {rhythm(preferences.schedule)}{weekly}, time zone {preferences.tz}.",
        *(
            []
            if view.waiting
            else [next_lesson(view) if view.started else "Press Start when you want lessons to begin."]
        ),
    ]
    blocks: list[Block] = [section("\n".join(lines)), *_still_open(view)]
    if not view.started:
        blocks.append(actions("welcome", [button("Start", ids.START, style="primary")]))
    return Message.of(blocks)


def paused(view: LearnerView) -> Message:
    """Lessons wait."""
    return Message.of(
        [
            section(f"*{paused_until(view)}.* Nothing will pile up, and your streak waits. Tips still work."),
            actions("paused", [button("Resume now", ids.RESUME)]),
        ]
    )


def paused_until(view: LearnerView) -> str:
    """Until when lessons wait."""
    if view.paused_until is None:
        return f"Paused until {'your Slack status is cleared' if view.paused_by_status else 'you resume'}"
    status = ", as your Slack status says" if view.paused_by_status else ""
    return f"Paused until {day_name(view.paused_until, view.today)}{status}"


def resumed(view: LearnerView) -> Message:
    """Lessons come again."""
    return Message.of([section(f"*Welcome back.* {next_lesson(view)}")])


def next_lesson(view: LearnerView) -> str:
    """When the next lesson comes, in the learner's own time."""
    if view.upcoming is None:
        return "No lesson is planned."
    return f"Your next lesson comes {_when(view.upcoming.at.astimezone(view.preferences.zone), view.today)}."


def settings_modal(view: LearnerView, skills: Sequence[Skill]) -> View:
    """Days, times, time zone, focus."""
    preferences = view.preferences
    weekly = preferences.schedule if isinstance(preferences.schedule, Weekly) else WORKDAYS
    lesson_at, day_end_at = message_times(weekly)
    day_options = [_option(name, str(number)) for number, name in enumerate(DAYS)]
    return modal(
        ids.SETTINGS_MODAL,
        "Settings",
        [
            *_still_open(view),
            InputBlock(
                block_id="days",
                label=PlainTextObject(text="Days you work"),
                element=CheckboxesElement(
                    action_id="days",
                    options=day_options,
                    initial_options=[day_options[day] for day in sorted(weekly.days)] or None,
                ),
            ),
            _time("lesson_at", "Lesson at", lesson_at, "Your local time. At night is fine too."),
            _time("day_end_at", "Look back at", day_end_at, "Earlier than the lesson means the next morning."),
            InputBlock(
                block_id="tz",
                label=PlainTextObject(text="Time zone"),
                element=PlainTextInputElement(action_id="tz", initial_value=preferences.tz, max_length=64),
                hint=PlainTextObject(text="A place such as Europe/Berlin or America/New_York."),
            ),
            *_focus(preferences, skills),
        ],
        submit="Save",
        close="Not now",
    )


def pause_modal(view: LearnerView) -> View:
    """Until when."""
    return modal(
        ids.PAUSE_MODAL,
        "Pause lessons",
        [
            InputBlock(
                block_id="until",
                optional=True,
                label=PlainTextObject(text="Lessons come again on"),
                element=DatePickerElement(action_id="until", initial_date=(view.today + timedelta(days=7)).isoformat()),
                hint=PlainTextObject(text="Leave it empty to pause until you resume. Nothing will pile up."),
            )
        ],
        submit="Pause",
        close="Not now",
    )


def help_message(skills: Sequence[Skill]) -> Message:
    """What Rounds understands."""
    return Message.of(help_blocks(skills))


def help_modal(skills: Sequence[Skill]) -> View:
    """The same, from App Home."""
    return modal(ids.READ_MODAL, "Help", help_blocks(skills))


def help_blocks(skills: Sequence[Skill]) -> list[Block]:
    """Every command, with what it does."""
    return [
        header("What I can do"),
        section(
            "*Your day*\n`/lesson`: today's lesson now\n`/streak`: your streak and last four weeks\n"
            "`/rounds settings`: days, times, time zone, focus\n`/rounds pause until 7 December`: a break\n"
            "`/rounds resume`: lessons again"
        ),
        section(
            "*When something comes up*\n`/coach two nurses no longer speak`: lessons that fit the situation\n"
            "`/tip`: a tip of any skill"
        ),
        section("*Tips by skill* (add a few words to describe a situation)"),
        *_commands(skills),
        section(
            "*Your words*\n`/rounds journal`: your reflections\n`/rounds export`: as a file\n"
            "`/rounds delete-me`: remove everything"
        ),
        divider(),
        context("Each also works as /rounds followed by its name, such as /rounds coach."),
    ]


def _still_open(view: LearnerView) -> list[Block]:
    return still_open() if view.waiting else []


def _commands(skills: Sequence[Skill]) -> list[Block]:
    """A line for each skill, in at most three sections; what does not fit is counted."""
    lines = [f"`{skill.command or f'/tip {skill.slug}'}`: {escape(skill.name)}" for skill in skills]
    parts = (lines[:ROWS], lines[ROWS : 2 * ROWS], lines[2 * ROWS :])
    return [section(listed(part)) for part in parts if part]


def _when(local: datetime, today: date) -> str:
    ahead = (local.date() - today).days
    day = {0: "today", 1: "tomorrow"}.get(ahead, f"on {day_name(local.date())}")
    return f"{day} at {local:%H:%M}"


def _option(text: str, value: str) -> Option:
    return Option(text=PlainTextObject(text=shorten(text, 75)), value=value)


def _time(block_id: str, label: str, at: time, hint: str) -> InputBlock:
    return InputBlock(
        block_id=block_id,
        label=PlainTextObject(text=label),
        element=TimePickerElement(action_id=block_id, initial_time=f"{at:%H:%M}"),
        hint=PlainTextObject(text=hint),
    )


def _focus(preferences: Preferences, skills: Sequence[Skill]) -> list[Block]:
    if not skills:
        return []
    options = [_option(skill.name, skill.slug) for skill in skills[:100]]
    chosen = [option for option in options if option.value in preferences.focus]
    return [
        InputBlock(
            block_id="focus",
            optional=True,
            label=PlainTextObject(text="Skills to focus on"),
            element=StaticMultiSelectElement(
                action_id="focus",
                options=options,
                initial_options=chosen or None,
                placeholder=PlainTextObject(text="All in turn"),
            ),
            hint=PlainTextObject(text="These come twice as often as the others."),
        )
    ]

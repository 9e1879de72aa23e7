"""App Home: today, streak, skills, journal, and buttons for everything else."""

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.domain.team import MIN_TEAM_SIZE
from bot.language import gettext as _
from bot.language import ngettext
from bot.learning.enrollment import LearnerView
from bot.learning.home import HomeView
from bot.learning.lesson_state import LessonState
from bot.learning.teams import TeamView
from bot.slack import action_ids as ids
from bot.slack.blocks import programs
from bot.slack.blocks.block_kit import actions, button, context, divider, escape, header, home_tab, section
from bot.slack.blocks.check_in import continue_or_stop_blocks
from bot.slack.blocks.enrollment import next_lesson_text, pause_text
from bot.slack.blocks.postponement import return_time_text
from bot.slack.blocks.skill_levels import skill_levels_section
from bot.slack.blocks.streak import streak_headline, this_week_text
from bot.slack.blocks.streak_text import repair_section


def home_view(view: HomeView) -> View:
    """Build Home for someone who has started."""
    return home_tab(
        [
            header(view.learner.formats.write_day(view.learner.today)),
            *_pause(view.learner),
            *_today(view),
            divider(),
            section(
                "\n".join([_("*Streak*"), streak_headline(view.streak), this_week_text(view.streak)]),
                accessory=button(_("Four weeks"), ids.OPEN_FOUR_WEEKS),
            ),
            *([repair_section(view.streak.repair, view.learner.formats)] if view.streak.repair else []),
            *([section("\n".join([_("*Team*"), _team(view.team)]))] if view.team else []),
            *_recall(view),
            *(programs.home_blocks(view.program) if view.offers_programs else []),
            section("\n".join([_("*Skills*"), _skills(view)]), accessory=button(_("All skills"), ids.OPEN_SKILLS)),
            actions(
                "tips",
                [
                    button(_("Get a tip"), ids.SHOW_ANOTHER_TIP, value="any"),
                    button(_("What I've learned"), ids.OPEN_PROGRESS),
                ],
            ),
            section(
                "\n".join([_("*Journal*"), ngettext("{count} entry", "{count} entries", view.journal_entry_count)]),
                # Translators: a button, as are "Resume", "Pause", and "Try".
                accessory=button(_("Open"), ids.OPEN_JOURNAL, label=_("Open your journal")),
            ),
            section(
                "\n".join(
                    [_("*Saved lessons*"), ngettext("{count} lesson", "{count} lessons", view.saved_lesson_count)]
                ),
                accessory=button(_("Open"), ids.OPEN_SAVED_LESSONS, label=_("Open saved lessons")),
            ),
            divider(),
            actions(
                "home",
                [
                    button(_("Settings"), ids.OPEN_SETTINGS),
                    button(_("Resume"), ids.RESUME_LESSONS)
                    if view.learner.is_paused
                    else button(_("Pause"), ids.OPEN_PAUSE),
                    button(_("Privacy"), ids.OPEN_PRIVACY),
                    button(_("Help"), ids.OPEN_HELP),
                ],
            ),
            context(_("Only you see this page.")),
        ]
    )


def _pause(learner: LearnerView) -> list[Block]:
    if learner.is_asked_to_continue:
        return continue_or_stop_blocks()
    if not learner.is_paused:
        return []
    waiting = _("Nothing will pile up, and your streak waits.")
    return [section(f"*{pause_text(learner)}.* {waiting}")]


def _today(view: HomeView) -> list[Block]:
    state = view.todays_lesson
    if state is None:
        now = button(_("Lesson now"), ids.SEND_LESSON_NOW)
        said = " ".join([_("No lesson yet."), next_lesson_text(view.learner)])
        return [section("\n".join([_("*Today*"), said]), accessory=now)]
    read = button(_("Open"), ids.OPEN_TODAYS_LESSON, label=_("Open today's lesson"))
    return [section("\n".join([_("*Today*"), _todays_lesson(state)]), accessory=read)]


def _todays_lesson(state: LessonState) -> str:
    """Say what became of today's lesson."""
    title = escape(state.lesson.title)
    if state.retraction is not None:
        return _("{title} was retracted. Your next lesson comes as usual.", title=title)
    if state.postponed_until is not None:
        returns = return_time_text(state.postponed_until, state.learning_day, state.formats)
        # Translators: {when} is "at 10:20 AM", "on Sunday at 9:00 AM", or "in your next shift".
        return _("{title} comes back {when}.", title=title, when=returns)
    done = [
        _("answered") if state.chosen_option else _("the question is open"),
        *([_("reflection saved")] if state.reflected else []),
        *([_("step tried")] if state.tried else []),
    ]
    return f"{title}: {', '.join(done)}."


def _recall(view: HomeView) -> list[Block]:
    if view.recall is None:
        return []
    if view.recall.choice is not None:
        return [section(_("*Recall*\nToday's question is answered."))]
    attempt = button(_("Try"), ids.OPEN_RECALL, label=_("Try the question that is ready"))
    return [section(_("*Recall*\nOne question ready."), accessory=attempt)]


def _team(team: TeamView) -> str:
    """Describe the team's weeks, without numbers of people and without blame."""
    channel, weeks = f"<#{team.channel}>", team.weeks_in_a_row
    if team.most_practiced_last_week is None and weeks:
        said = _("Too few of your team in {channel} had lessons last week to say more.", channel=channel)
        run = ngettext("Your run of {count} week waits.", "Your run of {count} weeks waits.", weeks)
        return f"{said} {run}"
    if team.most_practiced_last_week is None:
        return _(
            "You count with your team in {channel}. Once {people} or more do, this says whether most of you practiced.",
            channel=channel,
            people=MIN_TEAM_SIZE,
        )
    if not team.most_practiced_last_week:
        return _("This week your team in {channel} can begin a new run.", channel=channel)
    said = _("Most of your team in {channel} practiced last week.", channel=channel)
    if weeks <= 1:
        return said
    run = ngettext("That makes {count} week in a row.", "That makes {count} weeks in a row.", weeks)
    return f"{said} {run}"


def _skills(view: HomeView) -> str:
    focus = view.learner.preferences.focus
    names = [skill.name for skill in view.skills if skill.slug in focus]
    said = ngettext("One skill.", "We rotate through {count} skills.", len(view.skills))
    if names:
        said = " ".join([said, _("Your focus: {skills}.", skills=escape(", ".join(names)))])
    return f"{said}\n{skill_levels_section(view.skills, view.masteries, focus)}" if view.masteries else said

"""App Home: today, streak, skills, journal, and buttons for everything else."""

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.domain.team import MIN_TEAM_SIZE
from bot.learning.enrollment import LearnerView
from bot.learning.home import HomeView
from bot.learning.teams import TeamView
from bot.slack import action_ids as ids
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
                f"*Streak*\n{streak_headline(view.streak)}\n{this_week_text(view.streak)}",
                accessory=button("Four weeks", ids.OPEN_FOUR_WEEKS),
            ),
            *([repair_section(view.streak.repair, view.learner.formats)] if view.streak.repair else []),
            *([section(f"*Team*\n{_team(view.team)}")] if view.team else []),
            *_recall(view),
            section(f"*Skills*\n{_skills(view)}", accessory=button("All skills", ids.OPEN_SKILLS)),
            actions("tips", [button("Get a tip", ids.SHOW_ANOTHER_TIP, value="any")]),
            section(
                f"*Journal*\n{_count(view.journal_entry_count, 'entry', 'entries')}",
                accessory=button("Open", ids.OPEN_JOURNAL, label="Open your journal"),
            ),
            section(
                f"*Saved lessons*\n{_count(view.saved_lesson_count, 'lesson', 'lessons')}",
                accessory=button("Open", ids.OPEN_SAVED_LESSONS, label="Open saved lessons"),
            ),
            divider(),
            actions(
                "home",
                [
                    button("Settings", ids.OPEN_SETTINGS),
                    button("Resume", ids.RESUME_LESSONS) if view.learner.is_paused else button("Pause", ids.OPEN_PAUSE),
                    button("Privacy", ids.OPEN_PRIVACY),
                    button("Help", ids.OPEN_HELP),
                ],
            ),
            context("Only you see this page."),
        ]
    )


def _pause(learner: LearnerView) -> list[Block]:
    if learner.is_asked_to_continue:
        return continue_or_stop_blocks()
    if not learner.is_paused:
        return []
    return [section(f"*{pause_text(learner)}.* Nothing will pile up, and your streak waits.")]


def _today(view: HomeView) -> list[Block]:
    state = view.todays_lesson
    if state is None:
        now = button("Lesson now", ids.SEND_LESSON_NOW)
        return [section(f"*Today*\nNo lesson yet. {next_lesson_text(view.learner)}", accessory=now)]
    read = button("Open", ids.OPEN_TODAYS_LESSON, label="Open today's lesson")
    if state.retraction is not None:
        said = f"*Today*\n{escape(state.lesson.title)} was retracted. Your next lesson comes as usual."
        return [section(said, accessory=read)]
    if state.postponed_until is not None:
        returns = return_time_text(state.postponed_until, state.learning_day, state.formats)
        return [section(f"*Today*\n{escape(state.lesson.title)} comes back {returns}.", accessory=read)]
    done = [
        "answered" if state.chosen_option else "the question is open",
        *(["reflection saved"] if state.reflected else []),
        *(["step tried"] if state.tried else []),
    ]
    return [section(f"*Today*\n{escape(state.lesson.title)}: {', '.join(done)}.", accessory=read)]


def _recall(view: HomeView) -> list[Block]:
    if view.recall is None:
        return []
    if view.recall.choice is not None:
        return [section("*Recall*\nToday's question is answered.")]
    attempt = button("Try", ids.OPEN_RECALL, label="Try the question that is ready")
    return [section("*Recall*\nOne question ready.", accessory=attempt)]


def _team(team: TeamView) -> str:
    """Describe the team's weeks, without numbers of people and without blame."""
    yours = f"your team in <#{team.channel}>"
    weeks = "1 week" if team.weeks_in_a_row == 1 else f"{team.weeks_in_a_row} weeks"
    if team.most_practiced_last_week is None and team.weeks_in_a_row:
        return f"Too few of {yours} had lessons last week to say more. Your run of {weeks} waits."
    if team.most_practiced_last_week is None:
        return f"You count with {yours}. Once {MIN_TEAM_SIZE} or more do, this says whether most of you practiced."
    if not team.most_practiced_last_week:
        return f"This week {yours} can begin a new run."
    run = f" That makes {weeks} in a row." if team.weeks_in_a_row > 1 else ""
    return f"Most of {yours} practiced last week.{run}"


def _skills(view: HomeView) -> str:
    focus = view.learner.preferences.focus
    names = [skill.name for skill in view.skills if skill.slug in focus]
    taught = "One skill." if len(view.skills) == 1 else f"We rotate through {len(view.skills)} skills."
    said = f"{taught} Your focus: {escape(', '.join(names))}." if names else taught
    return f"{said}\n{skill_levels_section(view.skills, view.masteries, focus)}" if view.masteries else said


def _count(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"

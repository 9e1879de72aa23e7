"""Every message and every view that Rounds can show, by name, each with as much in it as there can be."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from slack_sdk.models.views import View

from bot.domain.review import Reviews
from bot.domain.schedule import Kind, Timing
from bot.domain.shifts import WORKDAYS
from bot.domain.streak import Streak
from bot.learning.coaching import Advice, Tip
from bot.learning.delivered import MessageRef
from bot.learning.enrolment import Invited
from bot.learning.journal import JournalPage
from bot.learning.packs import LivePack
from bot.learning.practice import Returns
from bot.learning.privacy import Erased
from bot.learning.reports import Overview
from bot.learning.rosters import RosterView, Trouble
from bot.slack.blocks import (
    Message,
    admin,
    check_in,
    command_help,
    day_end,
    home,
    journal,
    later,
    learner,
    mastery,
    privacy,
    recall,
    reflection,
    repair,
    review,
    roster,
    settings,
    sharing,
    shifts,
    streak,
    thread,
    tips,
    week,
)
from bot.slack.blocks import lesson as lessons
from bot.slack.blocks.thread import Exchange
from bot.slack.shift_draft import draft_of
from bot.storage.tables import LearnerState
from tests.slack import builders as a
from tests.slack.builders import World

REF = MessageRef("D0123456789", "1764748800.000100")
JOURNAL = '["", "", 0]'
EXCHANGE = Exchange(12, "D0123456789", "1764748800.000100")
ADDRESS = "https://riverside.slack.com/archives/D1/p1764748800000100?a=1&b=2"


def words(world: World) -> str:
    """The longest a person may write, and recognisable."""
    return f"{a.PRIVATE} {world.say(a.LONGEST_WORDS - len(a.PRIVATE) - 1)}"


MESSAGES: dict[str, Callable[[World], Message]] = {
    "lesson.unanswered": lambda w: lessons.unanswered(w.lesson),
    "lesson.delivered": lambda w: lessons.delivered(a.state(w.lesson)),
    "lesson.delivered reflected": lambda w: lessons.delivered(replace(a.state(w.lesson), reflected=True)),
    "lesson.delivered right": lambda w: lessons.delivered(a.state(w.lesson, choice="B")),
    "lesson.delivered wrong": lambda w: lessons.delivered(replace(a.state(w.lesson, choice="D"), reflected=True)),
    "lesson.delivered reflected after a missed day": lambda w: lessons.delivered(
        replace(a.state(w.lesson), reflected=True, repair=a.repair())
    ),
    "lesson.delivered after a missed day": lambda w: lessons.delivered(
        replace(a.state(w.lesson, choice="D"), reflected=True, repair=a.repair())
    ),
    "later.put_off": lambda w: later.put_off(a.state(w.lesson), Returns(a.NOW, weekly=False)),
    "later.put_off next shift": lambda w: later.put_off(a.state(w.lesson), Returns(None, weekly=True)),
    "later.elsewhere": lambda w: later.elsewhere(a.state(w.lesson)),
    "later.elsewhere answered": lambda w: later.elsewhere(a.state(w.lesson, choice="A")),
    "check_in.check_in": lambda _w: check_in.check_in(),
    "check_in.going_on": lambda _w: check_in.going_on(learner.next_lesson(a.learner())),
    "check_in.weekly": lambda _w: check_in.weekly(learner.next_lesson(a.learner())),
    "check_in.stopped": lambda _w: check_in.stopped(),
    "check_in.practised": lambda _w: check_in.practised(),
    "day_end.arriving": lambda w: day_end.arriving(w.lesson, None, None, reflected=False),
    "day_end.delivered": lambda w: day_end.delivered(
        replace(a.state(w.lesson, kind=Kind.DAY_END), reflected=True, tried=False)
    ),
    "day_end.arriving recall": lambda w: day_end.arriving(
        w.lesson, a.recalled(w.lesson).question, None, reflected=False
    ),
    "day_end.arriving recall and week": lambda w: day_end.arriving(
        w.lesson, a.recalled(w.lesson).question, a.week(w.say), reflected=True
    ),
    "day_end.arriving week": lambda w: day_end.arriving(w.lesson, None, a.week(w.say), reflected=False),
    "day_end.delivered week": lambda w: day_end.delivered(
        replace(
            a.state(w.lesson, kind=Kind.DAY_END),
            recall=a.recalled(w.lesson, choice="D"),
            reflected=True,
            tried=True,
            week=a.week(w.say),
        )
    ),
    "day_end.delivered recalled wrong": lambda w: day_end.delivered(
        replace(a.state(w.lesson, kind=Kind.DAY_END), recall=a.recalled(w.lesson, choice="D"), reflected=True)
    ),
    "day_end.delivered recalled right": lambda w: day_end.delivered(
        replace(a.state(w.lesson, kind=Kind.DAY_END), recall=a.recalled(w.lesson, choice="B"), tried=True)
    ),
    "day_end.done": lambda w: day_end.done(replace(a.state(w.lesson), tried=True)),
    "learner.welcome": lambda _w: learner.welcome(a.learner(state=LearnerState.NEW)),
    "learner.started": lambda _w: learner.started(a.learner()),
    "learner.not_now": lambda _w: learner.not_now(),
    "settings.settings_saved": lambda _w: settings.settings_saved(a.learner(state=LearnerState.NEW)),
    "settings.shifts_saved": lambda _w: settings.shifts_saved(a.working(a.LONG_ROTATION)),
    "settings.shifts_saved each day": lambda _w: settings.shifts_saved(a.working(a.LONG_WEEK)),
    "settings.shifts_saved calendar": lambda _w: settings.shifts_saved(a.working(a.ROSTER)),
    "settings.settings_saved waiting": lambda _w: settings.settings_saved(a.learner(state=LearnerState.WAITING)),
    "learner.paused": lambda _w: learner.paused(replace(a.learner(), paused_until=a.TODAY)),
    "learner.resumed": lambda _w: learner.resumed(a.learner()),
    "command_help.help_message": lambda w: command_help.help_message(w.skills),
    "roster.kept_message": lambda _w: roster.kept_message(a.kept_roster(state=LearnerState.NEW), by_address=True),
    "roster.retimed_message": lambda _w: roster.retimed_message(a.learner(), Timing(1, 180)),
    "roster.problem_message": lambda _w: roster.problem_message(a.roster_error(100)),
    "roster.news_message": lambda _w: roster.news_message(a.roster_news(Trouble.UNREADABLE)),
    "roster.news_message ended": lambda _w: roster.news_message(a.roster_news(Trouble.ENDED)),
    "streak.streak_message": lambda _w: streak.streak_message(a.weeks()),
    "tips.tip_message": lambda w: tips.tip_message(Tip(w.lesson, 12)),
    "tips.advice_message": lambda w: tips.advice_message(a.advice(w.lesson), w.skills),
    "tips.advice_message cards alone": lambda w: tips.advice_message(replace(a.advice(w.lesson), best=None), w.skills),
    "tips.advice_message nothing fits": lambda w: tips.advice_message(Advice((), None, ()), w.skills),
    "sharing.shared_tip": lambda w: sharing.shared_tip(Tip(w.lesson, 12), "U0AMARA"),
    "sharing.shared_entry": lambda w: sharing.shared_entry(a.entry(words(w), w.say), "U0AMARA"),
    "thread.exchange": lambda w: thread.exchange(a.advice(w.lesson), w.skills),
    "thread.exchange nothing fits": lambda w: thread.exchange(Advice((), None, ()), w.skills),
    "thread.shorter": lambda w: thread.shorter(Tip(w.lesson, 12)),
    "thread.kept": lambda _w: thread.kept(),
    "privacy.erased_message": lambda _w: privacy.erased_message(Erased(1, 2, 3, ("F1", "F2", "F3")), 1),
    "admin.overview_message": lambda w: admin.overview_message(Overview(None), packs(w), Reviews()),
    "admin.overview_message reviews": lambda w: admin.overview_message(Overview(None), packs(w), due(w)),
    "review.reviews_message": lambda w: review.reviews_message(due(w)),
    "admin.packs_message": lambda w: admin.packs_message(packs(w), w.say(200)),
    "admin.packs_message none": lambda _w: admin.packs_message([]),
    "admin.problems_message": lambda w: admin.problems_message(w.say(120), a.problems(100, w.say), "1.4"),
    "admin.change_message": lambda w: admin.change_message(w.say(120), a.change(w.say), a.problems(100, w.say)),
    "admin.loaded_message": lambda w: admin.loaded_message(a.change(w.say)),
    "admin.discarded_message": lambda _w: admin.discarded_message(),
    "admin.refused_message": lambda _w: admin.refused_message(["U0AMARA"] * 400),
    "admin.invited_message": lambda _w: admin.invited_message(Invited(asked=1, known=4)),
}

VIEWS: dict[str, Callable[[World], View]] = {
    "lesson.why_and_sources": lambda w: lessons.why_and_sources(w.lesson),
    "lesson.today": lambda w: lessons.today(
        replace(a.state(w.lesson, choice="A"), reflected=True, tried=True), ADDRESS
    ),
    "lesson.today untouched": lambda w: lessons.today(a.state(w.lesson), None),
    "learner.welcome_home": lambda _w: learner.welcome_home(a.learner(state=LearnerState.NEW)),
    "settings.settings_modal": lambda w: settings.settings_modal(
        a.home_view(w.lesson, w.skills).learner, [*w.skills, *w.skills, *w.skills]
    ),
    "settings.settings_modal no skills": lambda _w: settings.settings_modal(a.learner(), []),
    "settings.settings_modal longest rotation": lambda _w: settings.settings_modal(a.working(a.LONG_ROTATION), []),
    "shifts.shifts_modal": lambda _w: shifts.shifts_modal(draft_of(WORKDAYS, a.TODAY), WORKDAYS),
    "shifts.shifts_modal each day": lambda _w: shifts.shifts_modal(
        draft_of(a.LONG_WEEK, a.TODAY), a.LONG_WEEK, shifts.hours_wanted(["1", "6"])
    ),
    "shifts.shifts_modal rotation": lambda _w: shifts.shifts_modal(draft_of(a.LONG_ROTATION, a.TODAY), WORKDAYS),
    "shifts.shifts_modal typed": lambda w: shifts.shifts_modal(
        replace(draft_of(a.LONG_ROTATION, a.TODAY), cycle=w.say(300), lesson_after=w.say(20)), WORKDAYS
    ),
    "shifts.shifts_modal calendar": lambda _w: shifts.shifts_modal(draft_of(a.ROSTER, a.TODAY), a.ROSTER),
    "shifts.shifts_modal no calendar": lambda _w: shifts.shifts_modal(draft_of(a.ROSTER, a.TODAY), WORKDAYS),
    "settings.settings_modal waiting": lambda _w: settings.settings_modal(a.learner(state=LearnerState.WAITING), []),
    "learner.pause_modal": lambda _w: learner.pause_modal(a.learner()),
    "command_help.help_modal": lambda w: command_help.help_modal(w.skills),
    "home.home": lambda w: home.home(a.home_view(w.lesson, w.skills)),
    "mastery.skills_modal": lambda w: mastery.skills_modal(
        w.skills, a.mastery(w.skills), frozenset(each.slug for each in w.skills)
    ),
    "mastery.skills_modal none": lambda _w: mastery.skills_modal((), (), frozenset()),
    "thread.keep_modal": lambda w: thread.keep_modal(w.lesson, [words(w), words(w)], EXCHANGE),
    "thread.keep_modal nothing read": lambda w: thread.keep_modal(w.lesson, [], EXCHANGE),
    "thread.warned_modal": lambda w: thread.warned_modal(thread.keep_modal(w.lesson, [], EXCHANGE).to_dict(), words(w)),
    "thread.practise_modal": lambda w: thread.practise_modal(w.lesson),
    "recall.ready_modal": lambda w: recall.ready_modal(a.recalled(w.lesson)),
    "recall.ready_modal answered": lambda w: recall.ready_modal(a.recalled(w.lesson, choice="D")),
    "recall.answered_modal": lambda w: recall.answered_modal(a.ready(w.lesson, "D")),
    "recall.answered_modal right": lambda w: recall.answered_modal(a.ready(w.lesson, "B")),
    "recall.nothing_modal": lambda _w: recall.nothing_modal(),
    "home.home paused": lambda w: home.home(
        replace(a.home_view(w.lesson, w.skills), today=None, learner=a.learner(state=LearnerState.PAUSED))
    ),
    "roster.roster_modal": lambda w: roster.roster_modal(
        a.roster_view(), roster.Typed(w.say(2000), Timing(0, 180)), a.roster_error(100)
    ),
    "roster.roster_modal none": lambda _w: roster.roster_modal(RosterView(Timing())),
    "roster.reading_modal": lambda _w: roster.reading_modal("a" * 16),
    "roster.kept_modal": lambda _w: roster.kept_modal(a.kept_roster()),
    "home.home waiting": lambda w: home.home(
        replace(a.home_view(w.lesson, w.skills), today=None, learner=a.learner(state=LearnerState.WAITING))
    ),
    "later.later_modal": lambda w: later.later_modal(a.later_choices(w.lesson), REF),
    "learner.answer_modal": lambda _w: learner.answer_modal(check_in.stopped()),
    "streak.four_weeks_modal": lambda _w: streak.four_weeks_modal(replace(a.weeks(), streak=Streak(0, 12, False))),
    "repair.repair_modal": lambda w: repair.repair_modal(a.offer(w.lesson), REF),
    "repair.repair_modal from home": lambda w: repair.repair_modal(a.offer(w.lesson), None),
    "repair.made_up_modal": lambda w: repair.made_up_modal(a.made_up(w.lesson)),
    "repair.made_up_modal already": lambda w: repair.made_up_modal(a.made_up(w.lesson, None, first=False)),
    "tips.tip_modal": lambda w: tips.tip_modal(Tip(w.lesson, 12)),
    "sharing.share_tip_modal": lambda w: sharing.share_tip_modal(Tip(w.lesson, 12)),
    "sharing.share_entry_modal": lambda w: sharing.share_entry_modal(a.entry(words(w), w.say), None, warned=True),
    "tips.saved_modal": lambda w: tips.saved_modal(w.saved, date(2026, 11, 23)),
    "tips.saved_modal none": lambda _w: tips.saved_modal([], date(2026, 11, 23)),
    "privacy.export_modal": lambda _w: privacy.export_modal(),
    "privacy.privacy_modal": lambda _w: privacy.privacy_modal(),
    "privacy.delete_modal": lambda _w: privacy.delete_modal(),
    "reflection.warned_modal": lambda w: reflection.warned_modal(
        reflection.reflection_modal(a.prompt(words(w), w.lesson), REF).to_dict(), words(w)
    ),
    "week.earlier_modal": lambda w: week.earlier_modal(a.entry(words(w), w.say), 26),
    "reflection.who_sees_modal": lambda _w: reflection.who_sees_modal(),
    "reflection.reflection_modal": lambda w: reflection.reflection_modal(a.prompt(words(w), w.lesson), REF),
    "reflection.reflection_modal empty": lambda w: reflection.reflection_modal(a.prompt(None, w.lesson), REF),
    "journal.journal_modal": lambda w: journal.journal_modal(a.journal(words(w), w.say)),
    "journal.journal_modal none": lambda _w: journal.journal_modal(JournalPage((), 0, 0)),
    "journal.journal_modal none found": lambda w: journal.journal_modal(
        replace(a.journal("", w.say), entries=(), total=0)
    ),
    "journal.edit_modal": lambda w: journal.edit_modal(a.entry(words(w), w.say), JOURNAL),
    "journal.warned_modal": lambda w: journal.warned_modal(
        journal.edit_modal(a.entry(words(w), w.say), JOURNAL).to_dict(), words(w)
    ),
    "journal.remove_modal": lambda w: journal.remove_modal(a.entry(words(w), w.say), JOURNAL),
    "admin.invite_modal": lambda _w: admin.invite_modal(),
}


def due(world: World) -> Reviews:
    lessons = tuple(replace(world.lesson, review_by=date(2026, 11, 23)) for _ in range(60))
    return Reviews(lessons, lessons, lessons)


def packs(world: World) -> list[LivePack]:
    return [a.live_pack(number, world.say) for number in range(60)]

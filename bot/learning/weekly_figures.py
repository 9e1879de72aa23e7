"""Writes what may be said of a week of a workspace and of its cohorts, once (`domain/disclosure.py`).

A week is written after its last night shift is over everywhere (`domain/team.py`). Joining, leaving, and deleting
change only the weeks that are written from then on. A cohort's week counts those who were in it before the week began,
so that nobody can be put into one cohort after another to see what changes.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

from bot.domain.disclosure import (
    NO_ANSWERS,
    Answered,
    Share,
    add_up_answers,
    count_people,
    find_part_shares,
)
from bot.domain.team import latest_settled_week
from bot.learning.counted_groups import CountedCohort, build_rest, list_apart, list_counted_cohorts
from bot.learning.library import Library
from bot.learning.ready_shares import add_up, carry_on, read_carried, write_ready
from bot.storage import Session, restricted_packs, workspaces
from bot.storage import figures as queries
from bot.storage.figures import EVERYONE, Group
from bot.storage.tables import WeeklyFigures

LEARNING_WEEKS = 4
"""The weeks that a share of answers covers, the written one included."""

RECALL_DAYS = 28
"""Days since the answer before, from which an answer to a question that came back counts as remembered."""

LONG_RECALL_DAYS = 90
"""The same, for what was remembered longer."""

SKILL_WEEKS = 12
"""The weeks that the shares by skill cover, the written one included."""

STAYED_AFTER_WEEKS = (4, 12, 26)
"""Weeks since the start after which it is counted who still practices."""

TRIED, REMEMBERED_LONG = "tried", "remembered_long"
"""Names in `WeeklyFigures.shares`."""

_FIRST, _RECALLED = "first_try", "remembered"
"""Names of the shares that `WeeklyFigures` has columns for."""


def record_weekly_figures(session: Session, library: Library, now: datetime) -> None:
    """Measure and store the newest week that is over, in one transaction."""
    store_weekly_figures(session, measure_weekly_figures(session, library, now))


def store_weekly_figures(session: Session, figures: Collection[WeeklyFigures]) -> None:
    """Store what `measure_weekly_figures` returned, unless it was stored meanwhile."""
    for each in figures:
        if not queries.has_week(session, each.team_id, each.cohort_id, each.monday):
            session.add(each)


def measure_weekly_figures(session: Session, library: Library, now: datetime) -> tuple[WeeklyFigures, ...]:
    """Measure the newest week that is over of every open cohort and workspace, unless it is stored already.

    A workspace's is added up from its cohorts' and from what may be said of those in none. It changes nothing, so
    nobody's answer waits for it.
    """
    monday = latest_settled_week(now)
    before = datetime.combine(monday, time(), UTC)
    counted = list_counted_cohorts(session, before)
    measure = partial(_measure, session, library, monday)
    measured: dict[int, _Measured] = {}

    def measure_cohort(each: CountedCohort) -> _Measured:
        cohort = each.cohort
        if cohort.id not in measured:
            measured[cohort.id] = measure(Group(cohort.team_id, cohort.id, before), each.members)
        return measured[cohort.id]

    def build_cohort(each: CountedCohort) -> WeeklyFigures:
        cohort = each.cohort
        group = Group(cohort.team_id, cohort.id, before)
        last = next(iter(queries.list_weeks(session, cohort.team_id, cohort.id, 1)), None)
        carried = carry_on(session, group, each.members, monday, last)
        return _build(group, cohort.started_shown, monday, measure_cohort(each), write_ready(carried, carried))

    new = [
        build_cohort(each)
        for each in counted
        if not queries.has_week(session, each.cohort.team_id, each.cohort.id, monday)
    ]
    everyones = []
    for workspace in workspaces.list_installed(session):
        if queries.has_week(session, workspace.team_id, EVERYONE, monday):
            continue
        group = build_rest(workspace.team_id, workspace.enterprise_id or workspace.team_id, counted, before)
        rest = measure(group, queries.count_known(session, group))
        apart = list_apart(workspace.team_id, counted)
        apart_ids = {each.cohort.id for each in apart}
        weeks = [
            *(week for week in new if week.cohort_id in apart_ids),
            *queries.find_weeks(session, workspace.team_id, apart_ids, monday),
        ]
        added = _add_up(rest, [measure_cohort(each) for each in apart], weeks)
        ready = _count_ready(session, group, monday, new)
        everyones.append(_build(group, workspace.learners_shown, monday, added, ready))
    return (*new, *everyones)


@dataclass(frozen=True, slots=True)
class _Measured:
    """How many people to say practiced and wrote, the answers, whose shares may be said or not, and who stayed.

    `answers`: by `_FIRST`, `_RECALLED`, and so on; `skills`: first answers by skill (slug). `stayed`: by weeks since
    the start, how many to say started, and are still there.
    """

    practiced: int
    wrote: int
    answers: dict[str, Answered]
    skills: dict[str, Answered]
    stayed: dict[str, list[int]]


def _measure(session: Session, library: Library, monday: date, group: Group, of: int) -> _Measured:
    """Measure a week of a group of so many people (`of`)."""
    sunday = monday + timedelta(days=6)
    since = sunday - timedelta(weeks=LEARNING_WEEKS) + timedelta(days=1)
    answers = {
        _FIRST: queries.count_first_answers(session, group, since, sunday),
        _RECALLED: queries.count_recalls(session, group, since, sunday, RECALL_DAYS),
        REMEMBERED_LONG: queries.count_recalls(session, group, since, sunday, LONG_RECALL_DAYS),
        TRIED: queries.count_steps(session, group, since, sunday),
    }
    return _Measured(
        practiced=count_people(queries.count_practiced(session, group, monday, sunday), of),
        wrote=count_people(queries.count_wrote(session, group, monday, sunday), of),
        answers={name: _of_group(counted, of) for name, counted in answers.items()},
        skills={
            name: _of_group(counted, of) for name, counted in _count_skills(session, library, group, sunday).items()
        },
        stayed=_count_stayed(session, group, of, monday, since),
    )


def _add_up(rest: _Measured, cohorts_measured: Sequence[_Measured], written: Sequence[WeeklyFigures]) -> _Measured:
    """Add up everyone's figures from those of the people in no cohort, and of the cohorts that stand apart.

    `written`: the weeks of these cohorts, as they were written.
    """
    skills = {name for each in (rest, *cohorts_measured) for name in each.skills}
    people = [rest.stayed, *(week.stayed for week in written)]
    return _Measured(
        practiced=rest.practiced + sum(week.practiced for week in written),
        wrote=rest.wrote + sum(week.wrote for week in written),
        answers={
            name: add_up_answers(answered, (each.answers[name] for each in cohorts_measured))
            for name, answered in rest.answers.items()
        },
        skills={
            name: add_up_answers(
                rest.skills.get(name, NO_ANSWERS), (each.skills.get(name, NO_ANSWERS) for each in cohorts_measured)
            )
            for name in sorted(skills)
        },
        stayed={
            weeks: [sum(each[weeks][place] for each in people if weeks in each) for place in range(2)]
            for weeks in map(str, STAYED_AFTER_WEEKS)
            if any(weeks in each for each in people)
        },
    )


def _count_ready(session: Session, rest: Group, monday: date, new: Collection[WeeklyFigures]) -> dict[str, list[int]]:
    """Return how many of everyone feel ready: of those in no cohort, and of all cohorts, closed ones too.

    `new`: what is about to be written of the cohorts' week.
    """
    written = queries.list_newest_weeks(session, rest.team_id, monday)
    theirs = [*written, *(week for week in new if week.team_id == rest.team_id)]
    newest = {week.cohort_id: week for week in theirs}
    of = queries.count_known_in_no_cohort(session, rest.team_id)
    own = carry_on(session, rest, of, monday, newest.pop(EVERYONE, None))
    return write_ready(add_up([own, *map(read_carried, newest.values())]), own)


def _of_group(counted: queries.Answers, of: int) -> Answered:
    return Answered(counted.right, counted.answers, counted.people, of)


def _count_skills(session: Session, library: Library, group: Group, sunday: date) -> dict[str, queries.Answers]:
    """Count first answers by skill, over `SKILL_WEEKS`.

    Lessons of packs for chosen people are left out: that a skill has too few answers would tell on whom it was for.
    """
    since = sunday - timedelta(weeks=SKILL_WEEKS) + timedelta(days=1)
    lessons = library.get_workspace_curriculum(session, group.team_id).lessons_by_id
    answered = queries.list_answered_lessons(session, group, since, sunday)
    restricted = restricted_packs.find_restricted_revisions(session, group.team_id, answered)
    skills = {
        revision_id: lessons[lesson_id].skill.slug
        for revision_id, lesson_id in answered.items()
        if lesson_id in lessons and revision_id not in restricted
    }
    return queries.count_first_answers_by(session, group, since, sunday, skills)


def _count_stayed(session: Session, group: Group, of: int, monday: date, since: date) -> dict[str, list[int]]:
    """Count who started long enough ago, and who of them practiced since a day."""
    stayed = {}
    for weeks in STAYED_AFTER_WEEKS:
        started_by = datetime.combine(monday - timedelta(weeks=weeks), time(), UTC)
        started, still_there = queries.count_stayed(session, group, started_by, since, monday + timedelta(days=6))
        if count_people(started, of):
            stayed[str(weeks)] = [count_people(started, of), count_people(still_there, of)]
    return stayed


def _build(
    group: Group, learning: int, monday: date, measured: _Measured, ready: Mapping[str, list[int]]
) -> WeeklyFigures:
    """Build the row of a week. `learning`: how many were last said to have started. `ready`: `ready_shares.py`."""
    shares = {name: share for name, each in measured.answers.items() if (share := each.share) is not None}
    first_try, remembered = shares.pop(_FIRST, None), shares.pop(_RECALLED, None)
    return WeeklyFigures(
        team_id=group.team_id,
        cohort_id=group.cohort_id,
        monday=monday,
        learning=learning,
        practiced=measured.practiced,
        wrote=measured.wrote,
        first_percent=first_try.percent if first_try else None,
        first_low=first_try.low if first_try else None,
        first_high=first_try.high if first_try else None,
        recalled_percent=remembered.percent if remembered else None,
        recalled_low=remembered.low if remembered else None,
        recalled_high=remembered.high if remembered else None,
        shares={**_write_shares(shares), **ready},
        skills=_write_shares(find_part_shares(measured.skills)),
        stayed=measured.stayed,
    )


def _write_shares(shares: Mapping[str, Share]) -> dict[str, list[int]]:
    return {name: [share.percent, share.low, share.high] for name, share in shares.items()}

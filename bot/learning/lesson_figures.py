"""Writes what may be said of a workspace's lessons as of the end of a week, once (`domain/lesson_health.py`).

A week is written when its weekly figures are. Joining, leaving, and deleting change only the weeks that are written
from then on. How a question is answered is said of blocks of people, each counted in one; the other counts stay until
they differ by five.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from bot.domain.disclosure import settle_people_of_lesson
from bot.domain.lesson_health import Few, HealthProblem, LessonHealth, assess_health, is_block_complete
from bot.domain.team import latest_settled_week
from bot.learning.lesson_feedback import ASKED_EVERY
from bot.learning.library import Library
from bot.storage import Session, lesson_use, pack_audiences, restricted_packs, workspaces
from bot.storage import lesson_health as queries
from bot.storage.tables import LessonFigures


@dataclass(frozen=True, slots=True)
class PeopleCount:
    """How many people did something at least, in fives, and the exact count that it comes from, which isn't shown."""

    shown: int = 0
    counted: int = 0


@dataclass(frozen=True, slots=True)
class LessonFigure:
    """What may be said of a lesson as it read in one revision, and what the next week goes on from.

    `health`: of the newest complete block, None before the first. `counted`: how many people all blocks so far had.
    `until`: the last learning day that they cover. `is_useless`: more than half of those who said something said that
    the lesson wasn't useful, when `not_useful` last changed.
    """

    health: LessonHealth | None = None
    counted: int = 0
    until: date = date.min
    postponed: PeopleCount = field(default_factory=PeopleCount)
    unanswered: PeopleCount = field(default_factory=PeopleCount)
    saved: PeopleCount = field(default_factory=PeopleCount)
    not_useful: PeopleCount = field(default_factory=PeopleCount)
    is_useless: bool = False

    @property
    def problems(self) -> tuple[HealthProblem, ...]:
        """What may be wrong, the worst first."""
        found = [self.health.problem] if self.health is not None and self.health.problem is not None else []
        return (*found, HealthProblem.NOT_USEFUL) if self.is_useless else tuple(found)


NOTHING = LessonFigure()


def record_lesson_figures(session: Session, library: Library, now: datetime) -> None:
    """Measure and store the newest week that is over, in one transaction."""
    store_lesson_figures(session, measure_lesson_figures(session, library, now))


def measure_lesson_figures(session: Session, library: Library, now: datetime) -> tuple[LessonFigures, ...]:
    """Measure the newest week that is over of every workspace, unless it is stored already.

    It changes nothing, so nobody's answer waits for it.
    """
    monday = latest_settled_week(now)
    due = []
    for workspace in workspaces.list_installed(session):
        newest = queries.find_newest(session, workspace.team_id)
        if newest is None or newest.monday < monday:
            before = read_figures(newest)
            figures = _measure(session, library, workspace.team_id, before, monday)
            due.append(
                LessonFigures(team_id=workspace.team_id, monday=monday, lessons={
                    str(revision_id): _to_json(each) for revision_id, each in figures.items() if each != NOTHING
                })
            )  # fmt: skip
    return tuple(due)


def store_lesson_figures(session: Session, measured: Collection[LessonFigures]) -> None:
    """Store what `measure_lesson_figures` returned in place of the week before, unless it was stored meanwhile."""
    for each in measured:
        newest = queries.find_newest(session, each.team_id)
        if newest is None or newest.monday < each.monday:
            queries.delete_weeks(session, each.team_id)
            pack_audiences.delete_taken_out(session, each.team_id, _begin(each.monday))
            session.add(each)


def _begin(monday: date) -> datetime:
    return datetime.combine(monday, time(), UTC)


def read_figures(row: LessonFigures | None) -> dict[int, LessonFigure]:
    """Return the figures of a stored week by revision (id)."""
    return {int(revision_id): _from_json(each) for revision_id, each in row.lessons.items()} if row else {}


def _measure(
    session: Session, library: Library, team_id: str, before: Mapping[int, LessonFigure], monday: date
) -> dict[int, LessonFigure]:
    """Measure the lessons that are taught now. The figures of others stay: some may be taught again.

    Nothing is said of packs that are or were for chosen people, or tried by a cohort (`storage/restricted_packs.py`).
    """
    sunday = monday + timedelta(days=6)
    known = queries.count_known(session, team_id, _begin(monday))
    taught = set(library.get_workspace_curriculum(session, team_id).revision_ids.values())
    taught -= restricted_packs.find_restricted_revisions(session, team_id, taught)
    figures = {revision_id: before.get(revision_id, NOTHING) for revision_id in {*before, *taught}}
    assessed = _assess(session, team_id, {each: figures[each] for each in taught}, known, sunday)
    return {**figures, **_count_use(session, team_id, assessed, known, sunday)}


def _assess(
    session: Session, team_id: str, figures: Mapping[int, LessonFigure], known: int, sunday: date
) -> dict[int, LessonFigure]:
    """Return these figures with the blocks that are complete."""
    since = {revision_id: each.until for revision_id, each in figures.items()}
    complete = {
        revision_id: sums
        for revision_id, sums in queries.add_up_answers(session, team_id, since, sunday).items()
        if is_block_complete(sums.answers, figures[revision_id].counted, known - figures[revision_id].counted)
    }
    wrong = queries.count_wrong_choices(session, team_id, {each: since[each] for each in complete}, sunday)
    return {
        **figures,
        **{
            revision_id: replace(
                figures[revision_id],
                health=assess_health(sums, wrong.get(revision_id, {}), known - figures[revision_id].counted),
                counted=figures[revision_id].counted + sums.answers,
                until=sunday,
            )
            for revision_id, sums in complete.items()
        },
    }


def _count_use(
    session: Session, team_id: str, figures: Mapping[int, LessonFigure], known: int, sunday: date
) -> dict[int, LessonFigure]:
    """Return these figures with what people did with the lessons besides answering."""
    received = lesson_use.count_received(session, team_id, sunday)
    saved = lesson_use.count_saved(session, team_id)
    asked = lesson_use.count_asked(session, team_id, ASKED_EVERY, sunday)
    said = lesson_use.count_said(session, team_id, sunday)
    found = {}
    for revision_id, figure in figures.items():
        got = received.get(revision_id, lesson_use.NOT_RECEIVED)
        says = said.get(revision_id, lesson_use.NOTHING_SAID)
        not_useful = _settle(figure.not_useful, says.not_useful, asked.get(revision_id, 0), known)
        found[revision_id] = replace(
            figure,
            postponed=_settle(figure.postponed, got.postponed, got.people, known),
            unanswered=_settle(figure.unanswered, got.unanswered, got.people, known),
            saved=_settle(figure.saved, saved.get(revision_id, 0), known, known),
            not_useful=not_useful,
            is_useless=figure.is_useless
            if not_useful == figure.not_useful
            else not_useful.shown > 0 and 2 * says.not_useful > says.people,
        )
    return found


def _settle(before: PeopleCount, counted: int, able: int, known: int) -> PeopleCount:
    return PeopleCount(*settle_people_of_lesson(counted, able, known, before.shown, before.counted))


def _to_json(figure: LessonFigure) -> dict[str, Any]:
    return {**asdict(figure), "until": figure.until.isoformat()}


def _from_json(stored: dict[str, Any]) -> LessonFigure:
    health = stored["health"]
    counts = {name: PeopleCount(**stored[name]) for name in ("postponed", "unanswered", "saved", "not_useful")}
    return LessonFigure(
        health=LessonHealth(
            **{
                **health,
                "few": Few(health["few"]) if health["few"] else None,
                "problem": HealthProblem(health["problem"]) if health["problem"] else None,
            }
        )
        if health
        else None,
        counted=stored["counted"],
        until=date.fromisoformat(stored["until"]),
        is_useless=stored["is_useless"],
        **counts,
    )

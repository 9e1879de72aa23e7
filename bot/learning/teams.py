"""A team's weeks: whether most members practiced. Never says who, or how many."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain import team
from bot.storage import Session
from bot.storage import team_turnouts as queries
from bot.storage.tables import Learner, TeamWeek


@dataclass(frozen=True, slots=True)
class TeamView:
    """A team, identified by the Slack channel that its members chose.

    `most_practiced_last_week`: whether most practiced last week, or None if that isn't told. `weeks_in_a_row`: the
    current run of weeks in which most practiced.
    """

    channel: str
    most_practiced_last_week: bool | None
    weeks_in_a_row: int


def record_team_weeks(session: Session, now: datetime) -> int:
    """Evaluate the last week of each team once, and return how many teams that were.

    The result is stored and never evaluated again. Joining, leaving, or being erased changes only later weeks, so
    nobody can use it to learn what another member did.
    """
    monday = team.latest_settled_week(now)
    turnouts = queries.find_unrecorded_turnouts(session, monday)
    for each in turnouts:
        most_practiced = team.did_most_practice(each.practiced, each.members)
        session.add(
            TeamWeek(
                organization_id=each.organization_id, channel=each.channel, monday=monday, most_practiced=most_practiced
            )
        )
    return len(turnouts)


def build_team_view(session: Session, learner: Learner, now: datetime) -> TeamView | None:
    """Return a learner's team, or None if they don't take part in one."""
    if learner.team_channel is None:
        return None
    weeks = queries.list_team_weeks(session, learner.organization_id, learner.team_channel)
    last = next((week.most_practiced for week in weeks if week.monday == team.latest_settled_week(now)), None)
    return TeamView(learner.team_channel, last, team.count_weeks_in_a_row(week.most_practiced for week in weeks))

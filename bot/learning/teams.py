"""A team's weeks: whether most of those who take part practised. Never who, and never how many."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain import team
from bot.storage import Session
from bot.storage import teams as queries
from bot.storage.tables import Learner, TeamWeek


@dataclass(frozen=True, slots=True)
class TeamView:
    """A team, by the Slack channel that its members named.

    `last`: whether most practised in the last week, None where that isn't said; `weeks`: in how many on end they did.
    """

    channel: str
    last: bool | None
    weeks: int


def close_week(session: Session, now: datetime) -> int:
    """Look at the last week of each team, once; how many teams that were.

    What was found is kept and never looked at again, so that nobody can learn from joining, leaving or being erased
    what another one did: that changes only weeks to come.
    """
    monday = team.settled_week(now)
    turnouts = queries.open_weeks(session, monday)
    for each in turnouts:
        said = team.most(each.practised, each.members)
        session.add(TeamWeek(home_id=each.home_id, channel=each.channel, monday=monday, most=said))
    return len(turnouts)


def view_of(session: Session, learner: Learner, now: datetime) -> TeamView | None:
    """How a learner's team stands; None for those who don't take part."""
    if learner.team_channel is None:
        return None
    weeks = queries.weeks(session, learner.home_id, learner.team_channel)
    last = next((week.most for week in weeks if week.monday == team.settled_week(now)), None)
    return TeamView(learner.team_channel, last, team.run(week.most for week in weeks))

"""A team's weeks: whether most of those who take part practised. Never who, and never how many."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain import team
from bot.storage import Session
from bot.storage import team_turnouts as queries
from bot.storage.tables import Learner, TeamWeek


@dataclass(frozen=True, slots=True)
class TeamView:
    """A team, by the Slack channel that its members named.

    `most_practiced_last_week`: whether most practised in the last week, None where that isn't said; `weeks_in_a_row`:
    in how many on end they did.
    """

    channel: str
    most_practiced_last_week: bool | None
    weeks_in_a_row: int


def record_team_weeks(session: Session, now: datetime) -> int:
    """Look at the last week of each team, once; how many teams that were.

    What was found is kept and never looked at again, so that nobody can learn from joining, leaving or being erased
    what another one did: that changes only weeks to come.
    """
    monday = team.latest_settled_week(now)
    turnouts = queries.find_unrecorded_turnouts(session, monday)
    for each in turnouts:
        said = team.did_most_practice(each.practiced, each.members)
        session.add(
            TeamWeek(organization_id=each.organization_id, channel=each.channel, monday=monday, most_practiced=said)
        )
    return len(turnouts)


def build_team_view(session: Session, learner: Learner, now: datetime) -> TeamView | None:
    """How a learner's team stands; None for those who don't take part."""
    if learner.team_channel is None:
        return None
    weeks = queries.list_team_weeks(session, learner.organization_id, learner.team_channel)
    last = next((week.most_practiced for week in weeks if week.monday == team.latest_settled_week(now)), None)
    return TeamView(learner.team_channel, last, team.count_weeks_in_a_row(week.most_practiced for week in weeks))

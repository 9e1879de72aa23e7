"""Counting with a team: named in settings, said in Home. How the team's weeks went is put into the database."""

from datetime import UTC, datetime, timedelta

from bot.domain.learner import Person as Somebody
from bot.domain.team import latest_settled_week
from bot.learning import enrollment
from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from bot.storage import Session
from bot.storage.tables import TeamWeek
from tests.e2e.conftest import BotProcess, in_database, learner_of
from tests.e2e.test_learning_day import showing, start

WARD = "C0WARD"


def three_weeks(session: Session, who: Somebody) -> None:
    """Most of the team practiced in the last three weeks."""
    learner = enrollment.get_learner(session, who)
    last = latest_settled_week(datetime.now(UTC))
    for week in range(3):
        row = TeamWeek(
            organization_id=learner.organization_id,
            channel=WARD,
            monday=last - timedelta(weeks=week),
            most_practiced=True,
        )
        session.add(row)


async def join(tomas: SandboxUser) -> None:
    await start(tomas)
    await tomas.run_command("/rounds", "settings")
    await tomas.wait_for_modal(lambda view: view["title"]["text"] == "Settings")
    await tomas.click(ids.OPEN_MORE_SETTINGS)
    await tomas.wait_for_modal(lambda view: view["title"]["text"] == "More settings")
    assert await tomas.submit({"team": [WARD]}) == {}
    await tomas.wait_for_message(showing(f"You count with <#{WARD}>, and nobody sees who practiced."))


async def test_a_team_is_named_in_settings_and_spoken_of_in_home(sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser):
    await join(tomas)
    await tomas.open_home()
    await tomas.wait_for_home(
        lambda view: f"You count with your team in <#{WARD}>. Once 9 or more do" in str(view["blocks"])
    )

    in_database(bot, three_weeks, learner_of(tomas))
    await tomas.open_home()

    said = f"Most of your team in <#{WARD}> practiced last week. That makes 3 weeks in a row."
    await tomas.wait_for_home(lambda view: said in str(view["blocks"]))


async def test_a_team_is_left_again_in_settings(sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser):
    await join(tomas)
    await tomas.run_command("/rounds", "settings")
    await tomas.wait_for_modal(lambda view: view["title"]["text"] == "Settings")
    await tomas.click(ids.OPEN_MORE_SETTINGS)
    await tomas.wait_for_modal(lambda view: view["title"]["text"] == "More settings")

    assert await tomas.submit({"team": []}) == {}

    await tomas.open_home()
    await tomas.wait_for_home(lambda view: "*Streak*" in str(view["blocks"]) and "*Team*" not in str(view["blocks"]))

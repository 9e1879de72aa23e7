"""One table lists the commands. Everything else that names commands is made from it."""

from typing import Any

import pytest
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.content.pack_reader import read_pack
from bot.delivery.transactions import Transactions
from bot.domain import commands
from bot.domain.commands import Command
from bot.slack.blocks import MessageContent, command_help
from bot.slack.handler_context import HandlerContext
from bot.slack.handlers.admin import AdminHandlers
from bot.slack.handlers.administration import AdministrationHandlers
from bot.slack.handlers.cohorts import CohortHandlers
from bot.slack.handlers.commands import CommandHandlers
from bot.slack.handlers.journal import JournalHandlers
from bot.slack.handlers.programs import ProgramHandlers
from bot.slack.handlers.reports import ReportHandlers
from bot.slack.handlers.settings import SettingsHandlers
from bot.slack.handlers.sharing import SharingHandlers
from bot.slack.handlers.trials import TrialHandlers
from bot.slack.manifest import slash_commands
from bot.slack.typed_command import TypedCommand
from tests.builders import NURSE
from tests.content.examples import PACK, pack
from tests.engine_kinds import KINDS
from tests.readme import README, table_of_commands, with_table
from tests.ward import Ward

WEATHER = Command("weather", "what to wear outside", "[place]", "Leeds", slash=True, aliases=("sky",))


class WithWeather(CommandHandlers):
    """The commands, with a handler method for an added one."""

    async def weather(self, call: TypedCommand) -> None:
        await call.reply(MessageContent(f"Rain in {call.text}", ()))


def handlers(kind: type[CommandHandlers], ward: Ward, session: Any) -> CommandHandlers:
    context = HandlerContext(Transactions(ward.store), ward.library, ward.clock, lambda: None, session, KINDS)
    journal = JournalHandlers(context, SharingHandlers(context))
    admin, administration = AdminHandlers(context), AdministrationHandlers(context)
    programs, cohorts = ProgramHandlers(context), CohortHandlers(context)
    reports, trials = ReportHandlers(context), TrialHandlers(context)
    settings = SettingsHandlers(context)
    return kind(context, settings, journal, admin, administration, programs, cohorts, reports, trials)


@pytest.fixture
def weather(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line added to the table."""
    monkeypatch.setattr(commands, "COMMANDS", (*commands.COMMANDS, WEATHER))


@pytest.mark.usefixtures("weather")
@pytest.mark.parametrize("typed", [("/weather", "Leeds"), ("/rounds", "weather Leeds"), ("/rounds", "Sky Leeds")])
async def test_one_line_routes_a_command(
    typed: tuple[str, str], ward: Ward, client: AsyncWebClient, session: Any
) -> None:
    ack = AsyncAck()
    body = {"command": typed[0], "text": typed[1]}

    await handlers(WithWeather, ward, session).typed(ack, body, client, NURSE)

    assert ack.response is not None
    assert "Rain in Leeds" in ack.response.body


@pytest.mark.usefixtures("weather")
def test_the_same_line_puts_it_in_the_manifest_the_help_and_readme() -> None:
    made = {each["command"]: each for each in slash_commands([])}
    shown = command_help.help_message([]).text
    readme = table_of_commands([])

    assert made["/weather"] == {
        "command": "/weather",
        "description": "What to wear outside",
        "usage_hint": "[place]",
        "should_escape": False,
    }
    assert "/weather Leeds: what to wear outside" in shown
    assert "| `/weather [place]` | what to wear outside |" in readme


@pytest.mark.usefixtures("weather")
@pytest.mark.parametrize("name", ["/weather", "/sky"])
def test_the_same_line_keeps_skills_from_its_names(name: str) -> None:
    skill = {**PACK["skills"][0], "command": name}

    problems = read_pack(pack(skills=[skill])).problems

    assert f"Rounds already uses `{name}`. Choose another command." in [problem.message for problem in problems]


def test_a_command_without_a_method_is_noticed_when_the_bot_starts(
    weather: None, ward: Ward, client: AsyncWebClient, session: Any
) -> None:
    with pytest.raises(AttributeError, match="weather"):
        handlers(CommandHandlers, ward, session)


def test_command_names_are_unique() -> None:
    names = [name for command in commands.COMMANDS for name in command.names]

    assert len(names) == len(set(names))
    assert commands.UMBRELLA not in names


def test_readme_lists_the_commands() -> None:
    readme = README.read_text(encoding="utf-8")

    assert readme == with_table(readme), "README's table is out of date. Run .venv/bin/python -m tests.readme."

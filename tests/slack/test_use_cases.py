"""Handlers name a use case and its arguments. The library and the time are added if it takes them."""

import ast
import importlib
import inspect
import operator
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import bot.slack
from bot.delivery.transactions import Transactions
from bot.learning import coaching, journal, lesson_state, workspace_lifecycle
from bot.learning.home import read_home
from bot.learning.library import Library
from bot.slack.use_cases import UseCaseRunner
from bot.storage import Session
from tests.builders import NURSE, TEAM
from tests.ward import Ward

RUNNERS = {"read", "write_for_person", "write_in_background"}


def use_cases() -> dict[str, Callable[..., Any]]:
    """Every use case that a handler runs, found in the Slack room's source."""
    found: dict[str, Callable[..., Any]] = {}
    folder = Path(inspect.getfile(bot.slack)).parent
    for path in folder.rglob("*.py"):
        module = ".".join(["bot.slack", *path.relative_to(folder).with_suffix("").parts])
        for named in named_in(ast.parse(path.read_text(encoding="utf-8"))):
            found[named] = operator.attrgetter(named)(importlib.import_module(module))
    return found


def named_in(tree: ast.Module) -> Iterator[str]:
    for call in ast.walk(tree):
        match call:
            case ast.Call(ast.Attribute(runner, attr), [use_case, *_]) if attr in RUNNERS:
                if ast.unparse(runner).endswith("context"):
                    yield ast.unparse(use_case)


USE_CASES: dict[str, Callable[..., Any]] = {
    **use_cases(),
    "read_home": read_home,
    "coaching.record_shown_tips": coaching.record_shown_tips,
}


def test_the_use_cases_are_found() -> None:
    assert len(USE_CASES) > 60
    assert "practice.answer_lesson" in USE_CASES


@pytest.mark.parametrize("name", USE_CASES)
def test_parameters_added_by_name_are_where_the_types_say(name: str) -> None:
    parameters = inspect.signature(USE_CASES[name]).parameters
    names = list(parameters)
    kinds = [each.annotation for each in parameters.values()]

    assert (names[0], kinds[0]) == ("session", Session)
    assert [each for each in names if each == "library"] == [names[1] for kind in kinds if kind is Library]
    assert [each for each in names if each == "now"] == [names[-1] for kind in kinds if kind is datetime]


@pytest.fixture
def read(ward: Ward) -> UseCaseRunner:
    return UseCaseRunner(Transactions(ward.store).read, ward.library, ward.clock)


async def test_a_use_case_gets_the_library_and_the_time_if_it_takes_them(ward: Ward, read: UseCaseRunner) -> None:
    ward.enrol(NURSE)

    assert await read(lesson_state.find_todays_lesson_state, NURSE) is None
    assert (await read(journal.read_page, NURSE, 0, journal.ALL_ENTRIES)).entries == ()
    assert await read(workspace_lifecycle.find_bot_user_id, TEAM) is not None

"""The table of kinds."""

import importlib
import pkgutil

import pytest

import bot.kinds
from bot.delivery.delivery_kind import Extras, LessonToSend
from bot.domain.lesson import Lesson
from bot.kinds import KINDS
from bot.slack.blocks import MessageContent
from bot.slack.message_kind import MessageKind


def test_every_module_of_kinds_declares_one_that_is_in_the_table() -> None:
    modules = [importlib.import_module(f"bot.kinds.{each.name}") for each in pkgutil.iter_modules(bot.kinds.__path__)]

    assert len(KINDS) == len(modules)
    assert [module.__name__ for module in modules if module.KIND not in KINDS.values()] == []


def test_a_kind_that_brings_a_lesson_must_say_how_its_message_is_updated() -> None:
    with pytest.raises(ValueError, match="quiz"):
        MessageKind[Lesson, Extras](
            name="quiz", lesson_to_send=LessonToSend.DAYS_LESSON, render=lambda *_: MessageContent("", ())
        )

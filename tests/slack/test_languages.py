"""Everybody is spoken to in the language of their Slack, and a lesson's message in that of its pack."""

import asyncio
from dataclasses import replace
from datetime import date

import pytest

from bot.domain.formats import Formats
from bot.domain.learner import Person
from bot.domain.schedule import DeliveryKindName
from bot.errors import DatabaseTrouble, DatabaseUnavailable
from bot.kinds import KINDS
from bot.language import current_language, speak, use_language
from bot.learning.coaching import Tip
from bot.slack.blocks import lesson_preview, sharing
from bot.slack.languages import MEMORY, PersonalLanguages
from bot.slack.message_kind import language_of
from tests.builders import SetClock
from tests.slack import builders as a

JONAS = Person("T1", "U0JONAS")
AMARA = Person("T1", "U0AMARA")


class Locales:
    """What the database knows, and how often it was asked."""

    def __init__(self, **locales: str) -> None:
        self.locales = locales
        self.asked = 0
        self.broken = False

    async def __call__(self, person: Person) -> Formats:
        self.asked += 1
        if self.broken:
            raise DatabaseUnavailable(DatabaseTrouble.UNREACHABLE, "it is away")
        return Formats(self.locales.get(person.user_id))


@pytest.fixture
def locales() -> Locales:
    return Locales(U0JONAS="de-DE", U0AMARA="en-US")


@pytest.fixture
def clock() -> SetClock:
    return SetClock(a.NOW)


@pytest.fixture
def languages(locales: Locales, clock: SetClock) -> PersonalLanguages:
    return PersonalLanguages(locales, clock)


async def spoken_to(languages: PersonalLanguages, person: Person) -> str:
    await languages.speak_to(person)
    return current_language()


async def test_each_person_is_spoken_to_in_their_own_language(languages: PersonalLanguages) -> None:
    assert await spoken_to(languages, JONAS) == "de"
    assert await spoken_to(languages, AMARA) == "en"
    assert await spoken_to(languages, Person("T1", "U0NOBODY")) == "en"


async def test_the_database_is_asked_once_an_hour(
    languages: PersonalLanguages, locales: Locales, clock: SetClock
) -> None:
    for _time in range(3):
        assert await spoken_to(languages, JONAS) == "de"
    assert locales.asked == 1

    locales.locales["U0JONAS"] = "en-GB"
    clock.advance(seconds=MEMORY.total_seconds())
    assert await spoken_to(languages, JONAS) == "en"


async def test_a_change_that_we_are_told_of_counts_at_once(languages: PersonalLanguages, locales: Locales) -> None:
    assert await spoken_to(languages, JONAS) == "de"
    locales.locales["U0JONAS"] = "fr-FR"
    languages.forget(JONAS)

    assert await spoken_to(languages, JONAS) == "en"


async def test_without_the_database_the_last_known_language_is_spoken(
    languages: PersonalLanguages, locales: Locales, clock: SetClock
) -> None:
    assert await spoken_to(languages, JONAS) == "de"
    locales.broken = True
    clock.advance(hours=2)

    assert await spoken_to(languages, JONAS) == "de"
    assert await spoken_to(languages, AMARA) == "en"


async def test_nobody_waits_long_for_their_language(
    languages: PersonalLanguages, locales: Locales, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.languages.MAX_WAIT_SECONDS", 0.0)

    async def never(_person: Person) -> Formats:
        await asyncio.Event().wait()
        raise AssertionError("nothing ends this wait")

    hanging = PersonalLanguages(never, SetClock(a.NOW))

    assert await spoken_to(hanging, JONAS) == "en"


async def test_a_language_that_is_not_known_yet_is_asked_for_again(
    languages: PersonalLanguages, locales: Locales
) -> None:
    newcomer = Person("T1", "U0NEW")
    assert await spoken_to(languages, newcomer) == "en"
    locales.locales["U0NEW"] = "de-DE"

    assert await spoken_to(languages, newcomer) == "de"


async def test_a_request_of_nobody_is_answered_in_english(languages: PersonalLanguages, locales: Locales) -> None:
    passed = []

    async def go_on() -> None:
        passed.append(current_language())

    speak("de")
    await languages.before_request({"event": {"type": "user_change"}}, a_context(JONAS), go_on)
    await languages.before_request({"event": {"type": "message"}}, a_context(JONAS), go_on)

    assert passed == ["en", "de"]
    assert locales.asked == 1


def a_context(person: Person):
    from slack_bolt.context.async_context import AsyncBoltContext

    return AsyncBoltContext({"user_id": person.user_id, "person": person})


def test_a_lessons_message_is_in_the_language_of_its_pack() -> None:
    english, german, french = (replace(a.lesson(), language=each) for each in ("en", "de", "fr"))

    assert language_of(english, Formats("de-DE")) == "en"
    assert language_of(german, Formats("en-US")) == "de"
    assert language_of(french, Formats("de-DE")) == "en"
    assert language_of(None, Formats("de-DE")) == "de"


def test_a_lesson_arrives_in_the_language_of_its_pack_and_an_invitation_in_that_of_its_reader() -> None:
    lesson, invitation = KINDS[DeliveryKindName.LESSON], KINDS[DeliveryKindName.INVITATION]
    day = date(2026, 12, 7)

    german = lesson.build(replace(a.lesson(), language="de"), day, Formats("en-US"), None).text
    assert "Heute ausprobieren" in german
    assert "Try today" not in german
    assert "Try today" in lesson.build(a.lesson(), day, Formats("de-DE"), None).text
    assert "ich bin Rounds" in invitation.build(None, day, Formats("de-DE"), None).text
    assert current_language() == "en"


def test_messages_that_changed_stay_in_their_language() -> None:
    state = replace(a.state(replace(a.lesson(), language="de"), choice="B"), formats=Formats("en-US"))
    message = KINDS[DeliveryKindName.LESSON].rebuild(state)

    assert message is not None
    assert "passt am besten" in message.text


def test_a_tip_for_a_channel_is_in_the_language_of_its_pack() -> None:
    tip = Tip(replace(a.lesson(), language="de"), 1)

    assert "Worte dafür" in sharing.shared_tip_message(tip, "U0AMARA").text
    with use_language("de"):
        assert "Shared by" in sharing.shared_tip_message(replace(tip, lesson=a.lesson()), "U0JONAS").text
        assert "Channel" in str(sharing.share_tip_modal(tip).to_dict())


def test_a_preview_is_in_the_language_of_the_pack() -> None:
    lesson = replace(a.lesson(), language="de")

    assert "Heute ausprobieren" in lesson_preview.previewed_message(lesson, None, a.TODAY, a.FORMATS).text

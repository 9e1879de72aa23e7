"""Sentences come in the language of the work at hand, and nobody else's."""

import asyncio

import pytest

from bot.language import (
    LANGUAGES,
    current_language,
    find_language,
    in_current_language,
    join_words,
    ngettext,
    pgettext,
    speak,
    translation,
    use_language,
)
from bot.language import gettext as _
from tests.language.brackets import Brackets


@pytest.fixture
def brackets(monkeypatch: pytest.MonkeyPatch) -> None:
    """German is the language in brackets."""
    read = translation._read_catalog
    monkeypatch.setattr(
        translation, "_read_catalog", lambda language: Brackets() if language == "de" else read(language)
    )


def test_english_is_spoken_until_somebody_says_otherwise(brackets: None) -> None:
    assert _("Save {what}", what="it") == "Save it"
    with use_language("de"):
        assert _("Save {what}", what="it") == "⟦Save it⟧"
        assert pgettext("a button", "Open") == "⟦Open⟧"
        assert ngettext("{count} day in {place}", "{count} days in {place}", 1, place="Bonn") == "⟦1 day in Bonn⟧"
        assert ngettext("{count} day in {place}", "{count} days in {place}", 2, place="Bonn") == "⟦2 days in Bonn⟧"
    assert current_language() == "en"
    assert ngettext("One day", "{count} days", 1) == "One day"


def test_a_text_without_values_may_have_braces() -> None:
    assert _("Type {name} as it stands here") == "Type {name} as it stands here"


def test_what_people_wrote_is_never_read_as_a_placeholder() -> None:
    assert _("You wrote {words}", words="{words} {0} {x.__class__}") == "You wrote {words} {0} {x.__class__}"


async def test_each_task_speaks_its_own_language() -> None:
    async def work(language: str) -> str:
        speak(language)
        await asyncio.sleep(0)
        return current_language()

    assert await asyncio.gather(*(asyncio.create_task(work(each)) for each in ("de", "en", "de"))) == ["de", "en", "de"]
    assert current_language() == "en"


async def test_a_thread_speaks_the_language_of_whoever_gave_it_the_work() -> None:
    with use_language("de"):
        work = in_current_language(lambda _given: current_language())

    assert await asyncio.to_thread(work, None) == "de"
    assert await asyncio.to_thread(in_current_language(lambda _given: current_language()), None) == "en"


@pytest.mark.parametrize(
    ("locale", "language"),
    [("de-DE", "de"), ("de-AT", "de"), ("de_CH", "de"), ("de", "de"), ("en-GB", "en"), ("fr-FR", "en"), (None, "en")],
)
def test_somebodys_language_is_that_of_their_locale_or_english(locale: str | None, language: str) -> None:
    assert find_language(locale) == language


def test_no_other_language_can_be_asked_for() -> None:
    with pytest.raises(ValueError, match="'tlh'"):
        speak("tlh")
    with pytest.raises(ValueError, match="'tlh'"), use_language("tlh"):
        pass


def test_words_are_listed_as_in_a_sentence() -> None:
    assert [join_words(list("abc")[:count]) for count in (1, 2, 3)] == ["a", "a and b", "a, b, and c"]
    assert join_words(["a", "b", "c"], "or") == "a, b, or c"
    with use_language("de"):
        assert join_words(["a", "b", "c"]) == "a, b und c"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_a_catalog(language: str) -> None:
    assert translation._read_catalog(language) is not None

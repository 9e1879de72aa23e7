"""The journal: searched by word and skill, edited, and removed, only by its author."""

import pytest
from sqlmodel import select

from bot.errors import NotFound
from bot.learning import journal, lesson_state, privacy, reflections
from bot.learning.journal import ALL_ENTRIES, JournalEntry, JournalPage, JournalSearch
from bot.storage.tables import Reflection
from tests.builders import CLERK, NURSE
from tests.ward import Ward

WORDS = ("I asked José about the rota.", "The forecast was late again.", "Overtime doubled, nobody asked why.")


@pytest.fixture
def kept(ward: Ward) -> Ward:
    """Return a ward with a nurse who wrote on three days, about lessons on finance, conflict, and change."""
    ward.enrol(NURSE)
    ward.enrol(CLERK)
    for day, words in zip(("2026-03-02", "2026-03-03", "2026-03-04"), WORDS, strict=True):
        ward.clock.set(f"{day} 09:00")
        ward.deliver()
        ref = ward.lesson_of(NURSE)
        ward.run(reflections.save_reflection, ward.library, NURSE, ref, words, ward.clock())
    return ward


def page(ward: Ward, words: str = "", skill: str = "", offset: int = 0) -> JournalPage:
    return ward.run(journal.read_page, ward.library, NURSE, offset, JournalSearch(words, skill))


def found(ward: Ward, words: str = "", skill: str = "") -> list[str]:
    return [entry.words for entry in page(ward, words, skill).entries]


def newest(ward: Ward) -> JournalEntry:
    return page(ward).entries[0]


def test_without_a_search_all_are_there_newest_first(kept: Ward) -> None:
    assert found(kept) == list(reversed(WORDS))
    assert page(kept).search == ALL_ENTRIES
    assert [skill.slug for skill in page(kept).skills] == ["finance", "conflict", "change"]


@pytest.mark.parametrize("words", ["forecast", "FORECAST", "fore", "late forecast", "  late   again "])
def test_a_word_or_its_beginning_finds_an_entry_in_any_case_and_order(kept: Ward, words: str) -> None:
    assert found(kept, words) == [WORDS[1]]


def test_accents_do_not_matter(kept: Ward) -> None:
    assert found(kept, "jose") == [WORDS[0]]
    assert found(kept, "JOSÉ") == [WORDS[0]]


@pytest.mark.parametrize("words", ["orecast", "forecast rota", "xyz"])
def test_words_that_no_entry_contains_find_none(kept: Ward, words: str) -> None:
    nothing = page(kept, words)

    assert (nothing.entries, nothing.total, nothing.offset) == ((), 0, 0)


def test_the_lessons_title_is_searched_too(kept: Ward) -> None:
    assert found(kept, "learn about") == list(reversed(WORDS))


def test_entries_can_be_filtered_by_skill(kept: Ward) -> None:
    skills = {entry.skill: entry.words for entry in page(kept).entries}

    assert {skill: found(kept, skill=skill) for skill in skills} == {skill: [words] for skill, words in skills.items()}
    assert found(kept, "nothing", next(iter(skills))) == []


def test_a_page_after_the_last_shows_the_last(kept: Ward) -> None:
    assert page(kept, "learn", offset=50).offset == 0
    assert len(page(kept, "learn", offset=50).entries) == 3


def test_editing_replaces_an_entrys_words(kept: Ward) -> None:
    entry = newest(kept)

    kept.run(journal.edit_entry, NURSE, entry.id, "  Better so.  ", kept.clock())

    assert newest(kept).words == "Better so."
    assert newest(kept).learning_day == entry.learning_day
    assert kept.run(journal.get_entry, kept.library, NURSE, entry.id).words == "Better so."


def test_a_removed_entry_is_gone_and_its_day_still_counts(kept: Ward) -> None:
    entry = newest(kept)

    state = kept.run(journal.remove_entry, kept.library, NURSE, entry.id, kept.clock())

    assert found(kept) == list(reversed(WORDS[:2]))
    assert state is not None
    assert not state.reflected
    assert state.streak.current == 3
    assert not kept.run(
        lesson_state.get_lesson_state, kept.library, NURSE, kept.lesson_of(NURSE), kept.clock()
    ).reflected


def test_a_new_entry_can_be_written_after_removing_one(kept: Ward) -> None:
    kept.run(journal.remove_entry, kept.library, NURSE, newest(kept).id, kept.clock())

    ref = kept.lesson_of(NURSE)
    kept.run(reflections.save_reflection, kept.library, NURSE, ref, "Once more.", kept.clock())

    assert newest(kept).words == "Once more."


def test_nobody_else_can_read_change_or_remove_an_entry(kept: Ward) -> None:
    entry = newest(kept)

    with pytest.raises(NotFound, match="Nothing was changed"):
        kept.run(journal.get_entry, kept.library, CLERK, entry.id)
    with pytest.raises(NotFound, match="Nothing was changed"):
        kept.run(journal.edit_entry, CLERK, entry.id, "mine", kept.clock())
    with pytest.raises(NotFound, match="Nothing was changed"):
        kept.run(journal.remove_entry, kept.library, CLERK, entry.id, kept.clock())
    assert newest(kept).words == WORDS[2]


SITUATION = "Two of my team have not spoken since the rota changed."


def keep_exchange(ward: Ward, words: str = SITUATION) -> None:
    ward.run(journal.save_coach_exchange, ward.library, NURSE, 1, words, ward.clock())


def test_an_exchange_with_the_coach_is_saved_with_its_lesson(kept: Ward) -> None:
    keep_exchange(kept)

    entry = newest(kept)

    assert (entry.words, entry.prompt) == (SITUATION, journal.COACH_PROMPT)
    assert entry.skill == "finance"
    assert found(kept, "spoken rota") == [SITUATION]
    assert page(kept, skill="finance").total == 2
    assert kept.run(privacy.export_learner, kept.library, NURSE, kept.clock()).entries[-1].words == SITUATION


def test_an_exchange_is_not_practice(kept: Ward) -> None:
    kept.clock.set("2026-03-05 09:00")
    kept.deliver()

    keep_exchange(kept)

    assert not kept.run(
        lesson_state.get_lesson_state, kept.library, NURSE, kept.lesson_of(NURSE), kept.clock()
    ).counts_today


def test_the_same_exchange_is_saved_once(kept: Ward) -> None:
    for words in (SITUATION, f" {SITUATION}\n", "Something else"):
        keep_exchange(kept, words)

    assert page(kept).total == len(WORDS) + 2


def test_an_exchange_is_changed_and_removed_like_any_entry(kept: Ward) -> None:
    keep_exchange(kept)

    kept.run(journal.edit_entry, NURSE, newest(kept).id, "They speak again.", kept.clock())
    assert newest(kept).words == "They speak again."
    assert kept.run(journal.remove_entry, kept.library, NURSE, newest(kept).id, kept.clock()) is None

    assert found(kept) == list(reversed(WORDS))


def test_words_of_a_saved_exchange_are_encrypted(kept: Ward) -> None:
    keep_exchange(kept)

    sealed = kept.run(lambda session: session.exec(select(Reflection.words)).all())

    assert len(sealed) == len(WORDS) + 1
    assert not any(b"rota" in words for words in sealed)

"""The encryption key is lost: what it encrypted is kept and says so to its author, and everything else goes on."""

from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from structlog.testing import capture_logs

from bot.content.roster_reader import ParsedRoster
from bot.domain.certificate import Certificate
from bot.domain.learner import Person
from bot.errors import KeyLost, Refused
from bot.learning import (
    calendar_refresh,
    certificates,
    enrollment,
    journal,
    packs,
    practice,
    privacy,
    reflections,
    roster_settings,
)
from bot.learning.journal import UNREADABLE_WORDS, JournalSearch
from bot.storage import erased_people
from bot.storage.encrypted_columns import ENCRYPTED_COLUMNS, read_rows
from bot.storage.encryption import Cipher
from bot.storage.lost_keys import _REPLACE, count_unreadable, give_up
from bot.storage.packs import EVERYONES_SCOPE
from bot.storage.tables import CalendarSource
from tests.answered import answer_in_the_past
from tests.builders import CLERK, NURSE, pack, program, six_lessons
from tests.ward import Ward

WORDS = "I asked before I answered"
ADDRESS = "https://rosters.example.org/me.ics"


class Keys:
    """The key that the bot has: its own, none, or another one."""

    def __init__(self) -> None:
        self.own = Fernet.generate_key().decode()
        self.there = [self.own]

    def lose(self, ward: Ward) -> None:
        """As after a start without the key."""
        self.there = []
        samples = [row for each in ENCRYPTED_COLUMNS for _, row in ward.run(read_rows, each, None)]
        ward.store._cipher = Cipher((), lambda: self.there, samples)

    def restore(self) -> None:
        """The key file is back."""
        self.there = [self.own]


@pytest.fixture
def keys() -> Keys:
    return Keys()


@pytest.fixture
def cipher(keys: Keys) -> Cipher:
    return Cipher([keys.own], lambda: keys.there)


@pytest.fixture
def lost(ward: Ward, keys: Keys) -> Ward:
    """A learner with a reflection and a calendar address, and somebody who deleted everything; then the key is lost."""
    ward.enrol(NURSE)
    ward.meet(CLERK)
    ward.clock.set("2026-03-02 09:00")
    ward.deliver()
    ward.run(reflections.save_reflection, ward.library, NURSE, ward.lesson_of(NURSE), WORDS, ward.clock())
    start = ward.clock() + timedelta(days=1)
    read = ParsedRoster(((start, start + timedelta(hours=8)),))
    ward.run(roster_settings.save_roster, NURSE, read, None, ADDRESS, ward.clock())
    ward.run(privacy.erase_learner, CLERK, ward.clock())
    keys.lose(ward)
    return ward


def entry_id(ward: Ward) -> int:
    return ward.run(journal.read_page, ward.library, NURSE).entries[0].id


def test_the_author_reads_that_the_words_are_kept_and_reads_them_once_the_key_is_back(lost: Ward, keys: Keys):
    (entry,) = lost.run(journal.read_page, lost.library, NURSE).entries
    assert (entry.words, entry.is_readable) == (UNREADABLE_WORDS, False)

    keys.restore()

    (entry,) = lost.run(journal.read_page, lost.library, NURSE).entries
    assert (entry.words, entry.is_readable) == (WORDS, True)


def test_words_that_cannot_be_read_are_neither_changed_nor_shared_but_can_be_deleted(lost: Ward, keys: Keys):
    with pytest.raises(Refused, match="nothing was changed"):
        lost.run(journal.edit_entry, NURSE, entry_id(lost), "other", lost.clock())
    with pytest.raises(Refused, match="nothing was changed"):
        lost.run(journal.get_readable_entry, lost.library, NURSE, entry_id(lost))
    with pytest.raises(Refused, match="nothing was changed"):
        lost.run(reflections.get_reflection_prompt, lost.library, NURSE, lost.lesson_of(NURSE))

    lost.run(journal.remove_entry, lost.library, NURSE, entry_id(lost), lost.clock())

    assert lost.run(journal.read_page, lost.library, NURSE).total == 0


def test_new_words_do_not_replace_what_cannot_be_read(lost: Ward, keys: Keys):
    other = Fernet.generate_key().decode()
    lost.store._cipher = Cipher([other])

    with pytest.raises(Refused, match="nothing was changed"):
        lost.run(reflections.save_reflection, lost.library, NURSE, lost.lesson_of(NURSE), "other", lost.clock())
    with pytest.raises(Refused, match="nothing was changed"):
        lost.run(journal.edit_entry, NURSE, entry_id(lost), "other", lost.clock())


def test_new_words_are_not_stored_without_the_key(lost: Ward):
    lost.clock.set("2026-03-03 09:00")
    lost.deliver()

    with pytest.raises(KeyLost, match="Nothing was saved"):
        lost.run(reflections.save_reflection, lost.library, NURSE, lost.lesson_of(NURSE), "new", lost.clock())


def test_the_placeholder_is_not_found_by_a_search(lost: Ward):
    assert lost.run(journal.read_page, lost.library, NURSE, 0, JournalSearch("missing")).total == 0


def test_an_export_holds_everything_else_and_says_what_is_missing(lost: Ward):
    export = lost.run(privacy.export_learner, lost.library, NURSE, lost.clock())

    assert [entry.words for entry in export.entries] == [UNREADABLE_WORDS]


def test_a_question_is_answered_as_ever(lost: Ward):
    lost.run(practice.answer_lesson, lost.library, NURSE, lost.lesson_of(NURSE), "A", lost.clock())


def test_the_calendar_says_that_its_address_cannot_be_read_and_keeps_its_shifts(lost: Ward):
    view = lost.run(roster_settings.read_roster, NURSE, lost.clock())

    assert (view.calendar_host, view.is_address_unreadable, view.shifts_ahead) == (None, True, 1)


def test_calendars_that_cannot_be_read_are_one_line_of_the_log_without_anyones_id(lost: Ward):
    with capture_logs() as logged:
        claimed = lost.run(calendar_refresh.claim_due_calendars, lost.clock() + timedelta(days=2), 8)

    assert claimed == []
    (line,) = [each for each in logged if each["event"] == "rosters.encrypted_with_another_key"]
    assert line["calendars"] == 1
    assert "learner" not in line


def test_nobody_is_invited_while_it_cannot_be_known_who_deleted_everything(lost: Ward, keys: Keys):
    with pytest.raises(Refused, match="Nothing was sent"):
        lost.invite(NURSE, "U0NEW")

    keys.restore()

    lost.invite(NURSE, "U0NEW", CLERK.user_id)
    assert lost.run(enrollment.find_learner, CLERK, lost.clock()) is None


def test_people_can_start_and_can_delete_everything(lost: Ward):
    newcomer = Person(NURSE.team_id, "U0NEWCOMER")
    lost.enrol(newcomer)

    lost.run(privacy.erase_learner, newcomer, lost.clock())

    assert lost.run(enrollment.find_learner, newcomer, lost.clock()) is None


def test_what_is_lost_is_counted_by_its_kind(lost: Ward):
    counted = count_unreadable(lambda column, after: lost.run(read_rows, column, after), lost.store.can_read)

    assert (counted.words, counted.calendars, counted.hashing_keys) == (1, 1, 1)


def test_after_giving_up_everything_goes_on_with_the_new_key(lost: Ward):
    readable = lost.store.can_read
    lost.store._cipher = Cipher([Fernet.generate_key().decode()])

    give_up(lost.store, lambda encrypted: readable(encrypted) or lost.store.can_read(encrypted))

    (entry,) = lost.run(journal.read_page, lost.library, NURSE).entries
    assert "was lost" in entry.words
    learner = lost.find(NURSE)
    assert lost.run(lambda session: session.get_one(CalendarSource, learner.id).address) is None
    assert lost.run(erased_people.find_erased, NURSE.organization_id, ["U0NEW"]) == set()
    assert not lost.store.is_key_lost


def test_each_encrypted_column_has_its_way_of_being_given_up():
    assert set(_REPLACE) == {each.table for each in ENCRYPTED_COLUMNS}


def issue(ward: Ward) -> Certificate:
    asked = "first-weeks", "Amara", ward.clock()
    return ward.run(certificates.issue_certificate, ward.library, NURSE, *asked)


def test_a_certificate_whose_name_is_lost_is_counted_and_given_up_so_that_another_can_be_issued(ward: Ward, keys: Keys):
    made = pack(*six_lessons().lessons, version="2.0", programs=(program(six_lessons().lessons[0].id),))
    ward.run(packs.load_pack, made, EVERYONES_SCOPE, "rounds", ward.clock())
    ward.enrol(NURSE)
    ward.run(answer_in_the_past, NURSE, [six_lessons().lessons[0].id])
    code = issue(ward).code
    keys.lose(ward)
    with pytest.raises(KeyLost):
        issue(ward)
    assert count_unreadable(lambda column, after: ward.run(read_rows, column, after), ward.store.can_read).total == 1

    ward.store._cipher = Cipher([Fernet.generate_key().decode()])
    give_up(ward.store, ward.store.can_read)

    assert ward.run(certificates.find_certificate, code) is None
    assert issue(ward).name == "Amara"

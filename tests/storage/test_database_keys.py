"""Which key opens a database. A new key is created only if nothing is encrypted yet."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.errors import KeyLost
from bot.learning import reflections
from bot.storage.database_keys import open_cipher
from bot.storage.encryption import Cipher
from bot.storage.tables import CalendarSource
from tests.builders import NURSE
from tests.ward import Ward


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """The path for the key."""
    return tmp_path / "keys" / "reflections.key"


@pytest.fixture
def key() -> str:
    """The key that encrypted the words."""
    return Fernet.generate_key().decode()


@pytest.fixture
def cipher(key: str) -> Cipher:
    """Encrypts with that key."""
    return Cipher([key])


@pytest.fixture
def written(ward: Ward) -> str:
    """The address of a database with one reflection."""
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.deliver()
    ward.run(reflections.save_reflection, ward.library, NURSE, ward.lesson_of(NURSE), "Words", ward.clock())
    return str(ward.store.url)


def test_a_database_without_words_gets_a_new_key(ward: Ward, key_file: Path) -> None:
    cipher = open_cipher(str(ward.store.url), [], key_file)

    assert key_file.exists()
    assert Cipher([key_file.read_text().strip()]).decrypt(cipher.encrypt("words")) == "words"


def test_the_key_in_the_file_opens_what_was_written_with_it(written: str, key_file: Path, key: str) -> None:
    key_file.parent.mkdir()
    key_file.write_text(key)
    key_file.chmod(0o600)

    open_cipher(written, [], key_file)

    assert key_file.read_text() == key


def test_no_new_key_is_made_where_the_old_one_is_missing(written: str, key_file: Path) -> None:
    """If a folder wasn't mounted, half the journal would otherwise be encrypted with a key that nobody saved."""
    cipher = open_cipher(written, [], key_file)

    assert cipher.is_key_lost
    with pytest.raises(KeyLost, match="Nothing was saved"):
        cipher.encrypt("later")
    assert not key_file.exists()


def test_nothing_is_encrypted_with_a_key_that_does_not_fit(written: str, key_file: Path) -> None:
    cipher = open_cipher(written, [Fernet.generate_key().decode()], key_file)

    with pytest.raises(KeyLost):
        cipher.encrypt("later")


@pytest.mark.parametrize("damaged", [b"", b"half-a-key", b"\xff\x00"], ids=["empty", "cut short", "no text"])
def test_a_damaged_key_file_is_a_lost_key_and_stays_as_it_is(written: str, key_file: Path, damaged: bytes) -> None:
    key_file.parent.mkdir()
    key_file.write_bytes(damaged)
    key_file.chmod(0o600)

    assert open_cipher(written, [], key_file).is_key_lost
    assert key_file.read_bytes() == damaged


def test_words_can_be_read_and_written_as_soon_as_the_key_is_back(written: str, key_file: Path, key: str) -> None:
    running = open_cipher(written, [], key_file)
    assert running.is_key_lost

    key_file.parent.mkdir()
    key_file.write_text(key)

    assert Cipher([key]).decrypt(running.encrypt("later")) == "later"
    assert not running.is_key_lost


def test_a_lost_key_is_noticed_where_only_a_calendar_was_encrypted(ward: Ward, key_file: Path) -> None:
    learner = ward.enrol(NURSE)
    ward.run(
        lambda session: session.add(
            CalendarSource(
                learner_id=learner.id,
                address=session.cipher.encrypt("https://example.org/me"),
                last_read_at=ward.clock(),
            )
        )
    )

    assert open_cipher(str(ward.store.url), [], key_file).is_key_lost
    assert not key_file.exists()


def test_keys_that_are_configured_go_before_the_file_and_make_none(written: str, key_file: Path, key: str) -> None:
    new = Fernet.generate_key().decode()

    cipher = open_cipher(written, [new, key], key_file)

    assert Cipher([new]).decrypt(cipher.encrypt("later")) == "later"
    assert not key_file.exists()

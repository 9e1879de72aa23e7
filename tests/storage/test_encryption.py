"""The key to what people write: where it lies, who can read it, and which of several is used."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.errors import KeyFileError
from bot.storage.encryption import Cipher, read_or_make_key


def key() -> str:
    return Fernet.generate_key().decode()


def test_what_was_sealed_opens_again() -> None:
    cipher = Cipher([key()])

    assert cipher.open(cipher.seal("Ich höre zu. 👂")) == "Ich höre zu. 👂"


def test_the_same_words_never_look_the_same() -> None:
    cipher = Cipher([key()])

    assert cipher.seal("fine") != cipher.seal("fine")


def test_the_first_key_seals_and_older_keys_still_open() -> None:
    old, new = key(), key()
    written_before = Cipher([old]).seal("before the rotation")
    rotated = Cipher([new, old])

    written_after = rotated.seal("after the rotation")

    assert rotated.open(written_before) == "before the rotation"
    assert Cipher([new]).open(written_after) == "after the rotation"


def test_words_of_an_unknown_key_are_an_error_that_says_what_to_do() -> None:
    sealed = Cipher([key()]).seal("private")

    with pytest.raises(KeyFileError, match="Add the key it was written with") as caught:
        Cipher([key()]).open(sealed)
    assert "private" not in str(caught.value)


@pytest.mark.parametrize("keys", [["short"], [""], ["not base64 at all: ü"], []])
def test_what_is_no_key_is_refused_without_repeating_it(keys: list[str]) -> None:
    with pytest.raises(KeyFileError, match="ROUNDS_ENCRYPTION_KEYS") as caught:
        Cipher(keys)
    assert "short" not in str(caught.value)


def test_a_key_is_made_on_first_use_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "reflections.key"

    first = read_or_make_key(file, None)

    assert read_or_make_key(file, None) == first
    assert Cipher([first]).open(Cipher([first]).seal("words")) == "words"


def test_the_key_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "reflections.key"

    read_or_make_key(file, None)

    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_processes_that_start_together_share_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: read_or_make_key(tmp_path / "keys" / "reflections.key", None), range(32)))

    assert len(set(keys)) == 1
    assert [file.name for file in (tmp_path / "keys").iterdir()] == ["reflections.key"]


def test_a_key_beside_the_database_is_refused_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="one backup would hold both"):
        read_or_make_key(tmp_path / "reflections.key", tmp_path / "rounds.db")
    assert list(tmp_path.iterdir()) == []


def test_a_key_beside_the_database_is_noticed_through_links(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "keys").symlink_to(tmp_path / "data")

    with pytest.raises(KeyFileError, match="beside the database"):
        read_or_make_key(tmp_path / "keys" / "reflections.key", tmp_path / "data" / "rounds.db")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
def test_a_key_that_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "reflections.key"
    read_or_make_key(file, None)
    file.chmod(mode)

    with pytest.raises(KeyFileError, match="chmod 600"):
        read_or_make_key(file, None)

"""Encryption of what people write, and which of several keys is used."""

import pytest
from cryptography.fernet import Fernet

from bot.errors import KeyFileError
from bot.storage.encryption import Cipher, get_key_name


def key() -> str:
    return Fernet.generate_key().decode()


def test_what_was_sealed_opens_again() -> None:
    cipher = Cipher([key()])

    assert cipher.decrypt(cipher.encrypt("Ich höre zu. 👂")) == "Ich höre zu. 👂"


def test_the_same_words_never_look_the_same() -> None:
    cipher = Cipher([key()])

    assert cipher.encrypt("fine") != cipher.encrypt("fine")


def test_the_first_key_seals_and_older_keys_still_open() -> None:
    old, new = key(), key()
    written_before = Cipher([old]).encrypt("before the rotation")
    rotated = Cipher([new, old])

    written_after = rotated.encrypt("after the rotation")

    assert rotated.decrypt(written_before) == "before the rotation"
    assert Cipher([new]).decrypt(written_after) == "after the rotation"


def test_words_of_an_unknown_key_are_an_error_that_says_what_to_do() -> None:
    sealed = Cipher([key()]).encrypt("private")

    with pytest.raises(KeyFileError, match="Add its key") as caught:
        Cipher([key()]).decrypt(sealed)
    assert "private" not in str(caught.value)


@pytest.mark.parametrize("keys", [["short"], [""], ["not base64 at all: ü"], []])
def test_what_is_no_key_is_refused_without_repeating_it(keys: list[str]) -> None:
    with pytest.raises(KeyFileError, match="ROUNDS_ENCRYPTION_KEYS") as caught:
        Cipher(keys)
    assert "short" not in str(caught.value)


def test_a_key_that_was_added_later_is_found_when_something_does_not_open() -> None:
    old, new = key(), key()
    keys = [old]
    running = Cipher(keys, lambda: keys)
    sealed = Cipher([new]).encrypt("by another process")

    keys.insert(0, new)

    assert running.decrypt(sealed) == "by another process"


def test_nothing_is_encrypted_with_a_key_that_is_on_its_way_out() -> None:
    old, new = key(), key()
    keys = [old]
    running = Cipher(keys, lambda: keys)

    keys.insert(0, new)

    assert Cipher([new]).decrypt(running.encrypt("after the new key came")) == "after the new key came"


def test_keys_that_can_not_be_looked_up_now_stay_as_they_are() -> None:
    keys = [key()]
    running = Cipher(keys, list)

    assert running.decrypt(running.encrypt("the folder is not mounted")) == "the folder is not mounted"


def test_a_keys_name_tells_it_from_others_and_nothing_else() -> None:
    one = key()

    assert get_key_name(one) == get_key_name(one) != get_key_name(key())
    assert get_key_name(one) not in one

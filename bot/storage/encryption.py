"""Encrypts what people write: Fernet (AES-128-CBC with HMAC-SHA256) from `cryptography`, with keys that can rotate."""

import hashlib
from collections.abc import Callable, Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.errors import KeyFileError, KeyLost

KEY_NAME_LENGTH = 8
"""Characters in a key's name: enough to tell a few keys apart, and useless for guessing a key."""


def get_key_name(key: str) -> str:
    """Return the name of a key that may be shown: the beginning of its SHA-256."""
    return hashlib.sha256(key.encode()).hexdigest()[:KEY_NAME_LENGTH]


class Cipher:
    """Encrypts with the first key, decrypts with any.

    `newest` returns the current keys, if they can change while Rounds runs. It is called before each encryption, so
    that nothing is encrypted with a retiring key, and when decryption fails.
    """

    def __init__(
        self,
        keys: Sequence[str],
        newest: Callable[[], Sequence[str]] | None = None,
        samples: Sequence[bytes] = (),
    ) -> None:
        """Create a cipher from Fernet keys, newest first. Raises KeyFileError for an invalid one, or if there are none.

        `samples`: some of what the database holds. If no key decrypts any of it, the database's key is lost: nothing is
        encrypted with another one, until a key that fits is back. There may be no keys then.
        """
        self._newest = newest
        self._keys = tuple(keys)
        self._samples = tuple(samples)
        self._fernet = _create_fernet(self._keys) if keys or not samples else None

    @property
    def is_key_lost(self) -> bool:
        """Whether the keys are others than the database's."""
        if not self._samples:
            return False
        if not any(self.try_decrypt(each) is not None for each in self._samples):
            return True
        self._samples = ()
        return False

    def encrypt(self, words: str) -> bytes:
        """Return the words encrypted with the newest key. Raises KeyLost if that isn't the database's."""
        self._reload_keys()
        if self._fernet is None or self.is_key_lost:
            raise KeyLost
        return self._fernet.encrypt(words.encode())

    def decrypt(self, encrypted: bytes) -> str:
        """Return the decrypted words. Raises KeyFileError if none of the keys fits."""
        words = self.try_decrypt(encrypted)
        if words is None:
            raise KeyFileError(
                "Something in the database was encrypted with a key that isn't configured. It is kept as it is. "
                "Add its key to ROUNDS_ENCRYPTION_KEYS or to the key file."
            )
        return words

    def try_decrypt(self, encrypted: bytes) -> str | None:
        """Return the decrypted words, or None if none of the keys fits."""
        try:
            if self._fernet is not None:
                return self._fernet.decrypt(encrypted).decode()
        except InvalidToken:
            pass
        return self.try_decrypt(encrypted) if self._reload_keys() else None

    def _reload_keys(self) -> bool:
        """Load the current keys. Return whether they have changed."""
        keys = tuple(self._newest()) if self._newest else self._keys
        if not keys or keys == self._keys:
            return False
        self._keys, self._fernet = keys, _create_fernet(keys)
        return True


class Reencryptor:
    """Reencrypts with the newest key what older keys encrypted."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = {get_key_name(key): Fernet(key) for key in keys}
        self._all = _create_fernet(keys)
        self._first = Fernet(keys[0])

    def find_key_name(self, encrypted: bytes) -> str | None:
        """Return the name of the key that decrypts this; None if none does."""
        return next((name for name, fernet in self._keys.items() if _can_decrypt(fernet, encrypted)), None)

    def reencrypt(self, encrypted: bytes) -> bytes | None:
        """Return the words encrypted with the newest key, or None if they already are.

        Raises InvalidToken if no key fits.
        """
        return None if _can_decrypt(self._first, encrypted) else self._all.rotate(encrypted)


def can_decrypt_with(keys: Sequence[str]) -> Callable[[bytes], bool]:
    """Return a function that says whether one of these keys decrypts a value. There may be no keys."""
    fernets = [Fernet(key) for key in keys]
    return lambda encrypted: any(_can_decrypt(each, encrypted) for each in fernets)


def _can_decrypt(fernet: Fernet, encrypted: bytes) -> bool:
    try:
        fernet.decrypt(encrypted)
    except InvalidToken:
        return False
    return True


def is_key(text: str) -> bool:
    """Return whether this text is a Fernet key."""
    try:
        Fernet(text)
    except ValueError:
        return False
    return True


def _create_fernet(keys: Sequence[str]) -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError as error:
        raise KeyFileError(
            "An encryption key isn't a Fernet key (32 bytes in URL-safe base64). Nothing was read or written. "
            "Check ROUNDS_ENCRYPTION_KEYS or the key file."
        ) from error

"""The key to what people write. Fernet (AES-128-CBC with HMAC-SHA256) by `cryptography`; several keys for rotation."""

import hashlib
from collections.abc import Callable, Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.errors import KeyFileError

KEY_NAME_LENGTH = 8
"""Characters of a key's name: enough to tell a handful apart, and of no use to anyone who would guess the key."""


def get_key_name(key: str) -> str:
    """What a key is called where it can be read by others: the beginning of its SHA-256."""
    return hashlib.sha256(key.encode()).hexdigest()[:KEY_NAME_LENGTH]


class Cipher:
    """Encrypts with the first key, decrypts with any.

    `newest`: where the keys are looked up again, if they can change while Rounds runs. They are before anything is
    encrypted, so that no word is kept under a key that is on its way out, and when something doesn't open.
    """

    def __init__(self, keys: Sequence[str], newest: Callable[[], Sequence[str]] | None = None) -> None:
        """Keys as `Fernet.generate_key()` makes them, newest first. KeyFileError if one is none."""
        self._newest = newest
        self._keys = tuple(keys)
        self._fernet = _fernet_of(self._keys)

    def encrypt(self, words: str) -> bytes:
        """The words, encrypted."""
        self._reload_keys()
        return self._fernet.encrypt(words.encode())

    def decrypt(self, encrypted: bytes) -> str:
        """The words again. KeyFileError if none of the keys fits."""
        try:
            return self._fernet.decrypt(encrypted).decode()
        except InvalidToken:
            if self._reload_keys():
                return self.decrypt(encrypted)
            raise KeyFileError(
                "Something was encrypted with a key that isn't configured. It is kept as it is. "
                "Add the key it was written with to ROUNDS_ENCRYPTION_KEYS, or to the key file."
            ) from None

    def _reload_keys(self) -> bool:
        """Take the keys that hold now; whether there are others than before."""
        keys = tuple(self._newest()) if self._newest else self._keys
        if not keys or keys == self._keys:
            return False
        self._keys, self._fernet = keys, _fernet_of(keys)
        return True


class Reencryptor:
    """What is encrypted with older keys, under the newest."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = {get_key_name(key): Fernet(key) for key in keys}
        self._all = _fernet_of(keys)
        self._first = Fernet(keys[0])

    def find_key_name(self, encrypted: bytes) -> str | None:
        """The name of the key that this opens with; None if there is none."""
        return next((name for name, fernet in self._keys.items() if _opens(fernet, encrypted)), None)

    def reencrypt(self, encrypted: bytes) -> bytes | None:
        """The same words under the newest key; None where they are already. InvalidToken if no key opens them."""
        return None if _opens(self._first, encrypted) else self._all.rotate(encrypted)


def _opens(fernet: Fernet, sealed: bytes) -> bool:
    try:
        fernet.decrypt(sealed)
    except InvalidToken:
        return False
    return True


def _fernet_of(keys: Sequence[str]) -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError as error:
        raise KeyFileError(
            "An encryption key isn't a Fernet key (32 bytes, URL-safe base64). Nothing was read or written. "
            "Check ROUNDS_ENCRYPTION_KEYS, or the key file."
        ) from error

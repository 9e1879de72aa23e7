"""The key to what people write. Fernet (AES-128-CBC with HMAC-SHA256) by `cryptography`; several keys for rotation."""

import contextlib
import os
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.errors import KeyFileError


class Cipher:
    """Encrypts with the first key, decrypts with any."""

    def __init__(self, keys: list[str]) -> None:
        """Keys as `Fernet.generate_key()` makes them, newest first. KeyFileError if one is none."""
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError as error:
            raise KeyFileError(
                "An encryption key isn't a Fernet key (32 bytes, URL-safe base64). Nothing was read or written. "
                "Check ROUNDS_ENCRYPTION_KEYS, or the key file."
            ) from error

    def seal(self, words: str) -> bytes:
        """The words, encrypted."""
        return self._fernet.encrypt(words.encode())

    def open(self, sealed: bytes) -> str:
        """The words again. KeyFileError if none of the keys fits."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken as error:
            raise KeyFileError(
                "A reflection was encrypted with a key that isn't configured. It is kept as it is. "
                "Add the key it was written with to ROUNDS_ENCRYPTION_KEYS."
            ) from error


def read_or_make_key(path: Path, database: Path | None) -> str:
    """The key in this file; on first use one is made, readable by its owner alone.

    `database`: the SQLite file, if there is one. A key beside it would land in the same backup, so that is refused
    (KeyFileError), and so is a file that others can read.
    """
    if database is not None and path.resolve().parent == database.resolve().parent:
        raise KeyFileError(
            f"The key file {path} lies beside the database, so one backup would hold both. Nothing was started. "
            "Set ROUNDS_KEY_FILE to a file in a folder of its own."
        )
    if not path.exists():
        _make(path)
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise KeyFileError(
            f"The key file {path} can be read by others on this machine. Nothing was started. Run: chmod 600 {path}"
        )
    return path.read_text(encoding="ascii").strip()


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, draft = tempfile.mkstemp(dir=path.parent)  # mode 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(Fernet.generate_key() + b"\n")
            file.flush()
            os.fsync(descriptor)  # before anything is encrypted with it: words must not outlive their key
        # A link, for it appears whole and never replaces: of two processes that start together, one key stays.
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        Path(draft).unlink()

"""The file that keeps the keys where the settings name none: one a line, the newest first, for its owner alone."""

import contextlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from cryptography.fernet import Fernet

from bot.errors import KeyFileError

RETIRED_SUFFIX = ".retired"
"""What is added to the key file's name for the file of keys that nothing in the database needs any more. They stay
beside the key file: a backup of the database from before still needs them."""


class KeyFile:
    """The keys in a file. Each writing replaces it whole, so that whoever reads meanwhile finds the old or the new."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.retired_path = path.with_name(path.name + RETIRED_SUFFIX)

    def read_keys(self) -> list[str]:
        """The keys that hold, the newest first; none where the file isn't there, or can't be read now."""
        try:
            return self.path.read_text(encoding="ascii").split()
        except (OSError, UnicodeDecodeError):
            return []

    def read_or_create_keys(self, database: Path | None) -> list[str]:
        """The keys; on first use one is made, readable by its owner alone.

        `database`: the SQLite file, if there is one. A key beside it would land in the same backup, so that is refused
        (KeyFileError), and so is a file that others can read.
        """
        if database is not None and self.path.resolve().parent == database.resolve().parent:
            raise KeyFileError(
                f"The key file {self.path} lies beside the database, so one backup would hold both. Nothing was "
                "started. Set ROUNDS_KEY_FILE to a file in a folder of its own."
            )
        if not self.path.exists():
            self._make()
        if os.name == "posix" and self.path.stat().st_mode & 0o077:
            raise KeyFileError(
                f"The key file {self.path} can be read by others on this machine. Nothing was started. "
                f"Run: chmod 600 {self.path}"
            )
        return self.path.read_text(encoding="ascii").split()

    def add_newest_key(self) -> None:
        """Make a key, before all others: from now on it encrypts, and the others open what they had encrypted."""
        _write(self.path, [generate_key(), *self.read_keys()])

    def retire_older_keys(self) -> list[str]:
        """Move all keys but the newest to the file beside; the keys that went."""
        newest, *older = self.read_keys()
        known = KeyFile(self.retired_path).read_keys()
        _write(
            self.retired_path, [*(key for key in older if key not in known), *known]
        )  # first: no key is ever nowhere
        _write(self.path, [newest])
        return older

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Nobody else changes the keys meanwhile. KeyFileError if somebody does. It ends with the process too."""
        try:
            file = self.path.with_name(f"{self.path.name}.lock").open("a+b")
        except OSError as error:
            raise _unwritable(self.path, error) from error
        with file:
            _lock(file.fileno())
            yield

    def _make(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = _draft(self.path, [generate_key()])
        try:
            # A link, for it appears whole and never replaces: of two processes that start together, one key stays.
            with contextlib.suppress(FileExistsError):
                os.link(draft, self.path)
        finally:
            draft.unlink()


def generate_key() -> str:
    """A key that nobody has."""
    return Fernet.generate_key().decode()


def _write(path: Path, keys: Sequence[str]) -> None:
    path = path.resolve()  # a link to it stays one
    try:
        _draft(path, keys).replace(path)
    except OSError as error:
        raise _unwritable(path, error) from error
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _unwritable(path: Path, error: OSError) -> KeyFileError:
    return KeyFileError(
        f"Nothing can be written beside the key file {path} ({error.strerror}). The keys are as they were. Let Rounds "
        "write there, or put a new key before the old ones in ROUNDS_ENCRYPTION_KEYS."
    )


def _draft(path: Path, keys: Sequence[str]) -> Path:
    """The keys in a file beside, on the disk before anything is encrypted with them: no word may outlive its key."""
    descriptor, draft = tempfile.mkstemp(dir=path.parent)  # mode 0600
    with os.fdopen(descriptor, "wb") as file:
        file.write("".join(f"{key}\n" for key in keys).encode("ascii"))
        file.flush()
        os.fsync(descriptor)
    return Path(draft)


def _lock(descriptor: int) -> None:
    busy = KeyFileError("The keys are being rotated by another command. Nothing was changed. Wait until it has ended.")
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise busy from error

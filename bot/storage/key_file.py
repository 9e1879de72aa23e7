"""The key file, used if the settings contain no keys: one key per line, newest first, readable only by its owner."""

import contextlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from cryptography.fernet import Fernet

from bot.errors import KeyFileError
from bot.storage.encryption import is_key

RETIRED_SUFFIX = ".retired"
"""Suffix of the file for retired keys, next to the key file. The database doesn't need these keys anymore, but older
backups of it do."""


class KeyFile:
    """The keys in a file. Each write replaces the whole file, so that readers see either the old or the new keys."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.retired_path = path.with_name(path.name + RETIRED_SUFFIX)

    def read_keys(self) -> list[str]:
        """Return the current keys, newest first; none if the file is missing, damaged, or can't be read now."""
        try:
            return list(filter(is_key, self.path.read_text(encoding="ascii").split()))
        except (OSError, UnicodeDecodeError):
            return []

    def read_expected_keys(self, database: Path | None) -> list[str]:
        """Return the keys of a database that has private text; none if they are lost.

        Raises KeyFileError as `read_or_create_keys` does, but creates nothing.
        """
        self._check_folder(database)
        if self.path.exists():
            self._check_mode()
        return self.read_keys()

    def read_or_create_keys(self, database: Path | None) -> list[str]:
        """Return the keys. On first use, create one that only its owner can read.

        `database` is the SQLite file, if there is one. Raises KeyFileError if the key file is in the same folder, where
        one backup would contain both, or if other users can read it.
        """
        self._check_folder(database)
        try:
            if not self.path.exists():
                self._create()
            self._check_mode()
            return self.path.read_text(encoding="ascii").split()
        except (OSError, UnicodeDecodeError) as error:
            raise KeyFileError(
                f"The key file {self.path} can't be read or made ({type(error).__name__}). Rounds didn't start, and "
                "nothing was changed. Check the file and its folder, or set ROUNDS_KEY_FILE."
            ) from error

    def _check_folder(self, database: Path | None) -> None:
        if database is not None and self.path.resolve().parent == database.resolve().parent:
            raise KeyFileError(
                f"The key file {self.path} is in the database's folder, so one backup would contain both. Rounds "
                "didn't start, and nothing was changed. Set ROUNDS_KEY_FILE to a file in a different folder."
            )

    def _check_mode(self) -> None:
        if os.name == "posix" and self.path.stat().st_mode & 0o077:
            raise KeyFileError(
                f"Other users of this machine can read the key file {self.path}. Rounds didn't start, and nothing was "
                f"changed. Run: chmod 600 {self.path}"
            )

    def add_newest_key(self) -> None:
        """Prepend a new key. It encrypts from now on; the older ones still decrypt."""
        _write(self.path, [generate_key(), *self.read_keys()])

    def move_older_keys_to_retired_file(self) -> list[str]:
        """Move all keys but the newest to the file of retired keys. Return the keys moved."""
        newest, *older = self.read_keys()
        retired = KeyFile(self.retired_path).read_keys()
        _write(
            self.retired_path, [*(key for key in older if key not in retired), *retired]
        )  # written first, so that no key is ever lost
        _write(self.path, [newest])
        return older

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Keep others from changing the keys meanwhile. Raises KeyFileError if somebody already does.

        The lock also ends with the process.
        """
        try:
            file = self.path.with_name(f"{self.path.name}.lock").open("a+b")
        except OSError as error:
            raise _unwritable_error(self.path, error) from error
        with file:
            _lock(file.fileno())
            yield

    def _create(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = _write_temporary(self.path, [generate_key()])
        try:
            # A link appears complete and never replaces a file, so two processes starting together share one key.
            with contextlib.suppress(FileExistsError):
                os.link(temporary, self.path)
        finally:
            temporary.unlink()


def generate_key() -> str:
    """Return a new random key."""
    return Fernet.generate_key().decode()


def _write(path: Path, keys: Sequence[str]) -> None:
    path = path.resolve()  # keeps a symbolic link in place
    try:
        _write_temporary(path, keys).replace(path)
    except OSError as error:
        raise _unwritable_error(path, error) from error
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _unwritable_error(path: Path, error: OSError) -> KeyFileError:
    return KeyFileError(
        f"Rounds can't write to the folder of the key file {path} ({error.strerror}). The keys are unchanged. Allow "
        "Rounds to write there, or put a new key before the old ones in ROUNDS_ENCRYPTION_KEYS."
    )


def _write_temporary(path: Path, keys: Sequence[str]) -> Path:
    """Write the keys to a temporary file next to `path`, flushed to disk before they encrypt anything."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent)  # mode 0600
    with os.fdopen(descriptor, "wb") as file:
        file.write("".join(f"{key}\n" for key in keys).encode("ascii"))
        file.flush()
        os.fsync(descriptor)
    return Path(temporary)


def _lock(descriptor: int) -> None:
    busy = KeyFileError(
        "Another command is rotating the keys. Nothing was changed. Wait until it ends, then try again."
    )
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise busy from error

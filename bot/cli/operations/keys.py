"""The keys that everything private is encrypted with."""

import contextlib

from bot.bootstrap import open_store
from bot.config import Settings
from bot.errors import KeyFileError
from bot.storage import Store, key_rotation, migration
from bot.storage.encryption import Cipher
from bot.storage.key_file import KeyFile


def rotate_keys(settings: Settings, tell: key_rotation.ReportProgress) -> key_rotation.KeyRotation:
    """Put everything encrypted under the newest key. KeyFileError if that can't be done to the end."""
    with contextlib.closing(open_store(settings)) as store:
        return key_rotation.rotate_keys(store, settings.encryption_keys, settings.key_file, tell)


def count_key_use(settings: Settings) -> key_rotation.KeyUse:
    """How many rows each key opens; for those that none does, nothing else is refused here."""
    keys = settings.encryption_keys or tuple(KeyFile(settings.key_file).read_keys())
    if not keys:
        raise KeyFileError(f"There is no key in {settings.key_file}, and none in ROUNDS_ENCRYPTION_KEYS.")
    migration.upgrade_database(settings.database_url)
    with contextlib.closing(Store(settings.database_url, Cipher(keys))) as store:
        return key_rotation.count_key_use(store, keys)

"""The keys that encrypt private text."""

import contextlib

from bot.bootstrap import open_store
from bot.config import Settings
from bot.errors import KeyFileError
from bot.storage import Store, key_rotation, migration
from bot.storage.encryption import Cipher
from bot.storage.key_file import KeyFile


def rotate_keys(settings: Settings, report_progress: key_rotation.ReportProgress) -> key_rotation.KeyRotation:
    """Reencrypt all private text with the newest key. Raises KeyFileError if that can't be completed."""
    with contextlib.closing(open_store(settings)) as store:
        return key_rotation.rotate_keys(store, settings.encryption_keys, settings.key_file, report_progress)


def count_key_use(settings: Settings) -> key_rotation.KeyUse:
    """Count the rows that each key decrypts. Rows that no key decrypts are counted, too, and raise no error."""
    keys = settings.encryption_keys or tuple(KeyFile(settings.key_file).read_keys())
    if not keys:
        raise KeyFileError(f"There is no key in {settings.key_file} or in ROUNDS_ENCRYPTION_KEYS.")
    migration.upgrade_database(settings.database_url)
    with contextlib.closing(Store(settings.database_url, Cipher(keys))) as store:
        return key_rotation.count_key_use(store, keys)

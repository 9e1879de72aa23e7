"""The keys that encrypt private text."""

import contextlib
from collections.abc import Callable, Sequence

from bot.bootstrap import open_store, system_clock
from bot.config import Settings
from bot.errors import Refused
from bot.storage import Store, key_rotation, lost_keys
from bot.storage.database_keys import choose_keys
from bot.storage.encrypted_columns import read_rows
from bot.storage.encryption import Cipher, can_decrypt_with
from bot.storage.key_file import KeyFile
from bot.storage.looking import looking_into
from bot.storage.lost_keys import UnreadableText


def rotate_keys(settings: Settings, report_progress: key_rotation.ReportProgress) -> key_rotation.KeyRotation:
    """Reencrypt all private text with the newest key. Raises KeyFileError if that can't be completed."""
    with contextlib.closing(open_store(settings)) as store:
        return key_rotation.rotate_keys(store, settings.encryption_keys, settings.key_file, report_progress)


def count_key_use(settings: Settings) -> key_rotation.KeyUse:
    """Count the rows that each key decrypts. Rows that no key decrypts are counted, too, and raise no error."""
    with looking_into(settings.database_url) as session:
        return key_rotation.count_key_use(lambda column, after: read_rows(session, column, after), _keys(settings))


def count_unreadable(settings: Settings) -> UnreadableText:
    """Count the private texts that no key decrypts. Changes nothing."""
    is_readable = can_decrypt_with(_keys(settings))
    with looking_into(settings.database_url) as session:
        return lost_keys.count_unreadable(lambda column, after: read_rows(session, column, after), is_readable)


def abandon_lost_key(settings: Settings, confirm: Callable[[UnreadableText], bool]) -> bool:
    """Give up what no key decrypts, if `confirm` agrees to the counts, and encrypt with the keys there are from now on.

    Without any key, one is created. Returns whether it was done. Raises Refused if everything can be read, or if Rounds
    runs.
    """
    lost = count_unreadable(settings)
    if not lost.total:
        raise Refused("Every private text can be read. Nothing was changed.")
    with looking_into(settings.database_url) as session:
        lost_keys.refuse_while_running(session, system_clock())
    if not confirm(lost):
        return False
    is_readable = can_decrypt_with(_keys(settings))
    keys = choose_keys(settings.database_url, settings.encryption_keys, settings.key_file)
    with contextlib.closing(Store(settings.database_url, Cipher(keys))) as store:
        lost_keys.give_up(store, is_readable)
    return True


def _keys(settings: Settings) -> Sequence[str]:
    return settings.encryption_keys or tuple(KeyFile(settings.key_file).read_keys())

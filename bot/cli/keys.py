"""`rounds keys`: the keys that encrypt private text."""

import sys
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from bot.storage.lost_keys import UnreadableText

keys = typer.Typer(help="Rotate, check, make, and give up the keys that encrypt private text.", no_args_is_help=True)

ROWS_PER_PROGRESS_MESSAGE = 1000
"""Rows between two progress messages."""


@keys.command()
def rotate() -> None:
    """Reencrypt all private text with a new key. Rounds may keep running. You can stop this and run it again.

    If ROUNDS_ENCRYPTION_KEYS has the keys, put a new key first in it, restart every Rounds process, and then run this.
    Otherwise this adds a new key to the key file, and running processes notice it.
    """
    from bot.cli.operations.keys import rotate_keys
    from bot.config import read_settings
    from bot.storage.key_rotation import ReencryptionCounts

    def report_progress(count: ReencryptionCounts) -> None:
        if count.rows % ROWS_PER_PROGRESS_MESSAGE == 0:
            print(f"Checked {count.rows}, reencrypted {count.reencrypted}", file=sys.stderr, flush=True)

    done = rotate_keys(read_settings(), report_progress)
    count = done.counts
    print(f"All {count.rows} private texts now use key {done.newest_key_name}; {count.reencrypted} were reencrypted.")
    if not done.unneeded_key_names:
        print("There is no older key. To change keys, run rounds keys new, put the new key first in")
        print("ROUNDS_ENCRYPTION_KEYS, restart Rounds, and run this again.")
        return
    names = ", ".join(done.unneeded_key_names)
    print(f"Key {names} is no longer needed." if len(done.unneeded_key_names) == 1 else f"No longer needed: {names}.")
    if done.retired_file is None:
        print("Before you remove old keys from ROUNDS_ENCRYPTION_KEYS, make sure that every Rounds process was started")
        print("with the new key, and run: rounds keys check. Backups from before today still need the old keys.")
    else:
        print(f"Moved to {done.retired_file}.")
        print("Keep that file as long as you keep backups from before today. Nothing else needs it.")


@keys.command()
def check() -> None:
    """Count the private texts that each key decrypts. Exits with 1 if no key decrypts some of them."""
    from bot.cli.operations.keys import count_key_use
    from bot.config import read_settings

    use = count_key_use(read_settings())
    if not use.rows_by_key:
        print("There is no key, neither in ROUNDS_ENCRYPTION_KEYS nor in the key file.")
    for number, (name, rows) in enumerate(use.rows_by_key.items()):
        print(f"{name}: {rows}{' (the newest: encrypts new text)' if number == 0 else ''}")
    if use.unreadable:
        print(f"None of the keys decrypts {use.unreadable} of the texts. They were left unchanged.")
        raise typer.Exit(1)


@keys.command()
def abandon() -> None:
    """Give up private texts whose key is lost for good, so that people can write again. Asks for their number first."""
    from bot.cli.operations.keys import abandon_lost_key
    from bot.config import read_settings

    if not abandon_lost_key(read_settings(), _confirm_loss):
        print("That isn't the number. Nothing was changed.", file=sys.stderr)
        raise typer.Exit(1)
    print("Done. Start Rounds; what people write from now on is encrypted with the key there is. Back that key up.")


def _confirm_loss(lost: "UnreadableText") -> bool:
    counts = (
        (lost.words, "1 journal entry", "journal entries"),
        (lost.calendars, "1 calendar address", "calendar addresses"),
        (lost.hashing_keys, "1 list of people who can't be invited", "lists of people who can't be invited"),
        (lost.certificates, "1 certificate", "certificates"),
    )
    listed = ", ".join(one if count == 1 else f"{count} {many}" for count, one, many in counts if count)
    print(f"None of the keys decrypts: {listed}.")
    print("If you have an older copy of the key, stop here and restore it: everything comes back then.")
    print("If you go on, they are lost for good. Authors read that their words were lost; nobody else is told.")
    if lost.certificates:
        print("The codes of these certificates become unknown. Their holders can ask for new ones.")
    return str(typer.prompt(f"Type {lost.total} to give them up", default="", show_default=False)) == str(lost.total)


@keys.command()
def new() -> None:
    """Print a new key for ROUNDS_ENCRYPTION_KEYS. It isn't stored."""
    from bot.storage.key_file import generate_key

    print(generate_key())

"""`rounds keys`: the keys that everything private is encrypted with."""

import sys

import typer

keys = typer.Typer(help="The keys to what people write.", no_args_is_help=True)

PROGRESS = 1000
"""Rows between two words on how far it has come."""


@keys.command()
def rotate() -> None:
    """Encrypt everything anew under a new key, while Rounds may be running. Can be stopped, and run again.

    Where ROUNDS_ENCRYPTION_KEYS holds the keys, the first of them is the new one: put it there, start every part of
    Rounds again, and then run this. Otherwise a new key is made in the key file, which running parts notice.
    """
    from bot.cli.operations.keys import rotate_keys
    from bot.config import read_settings
    from bot.storage.key_rotation import ReencryptionCounts

    def tell(count: ReencryptionCounts) -> None:
        if count.rows % PROGRESS == 0:
            print(f"{count.rows} looked at, {count.reencrypted} encrypted anew", file=sys.stderr, flush=True)

    done = rotate_keys(read_settings(), tell)
    count = done.counts
    print(
        f"{count.rows} private texts are under the key {done.newest_key_name}; {count.reencrypted} were encrypted anew."
    )
    if not done.unneeded_key_names:
        print(
            "There is no older key. To change keys, put a new one before it in ROUNDS_ENCRYPTION_KEYS: rounds keys new"
        )
    elif done.retired_file is None:
        print(f"Nothing needs these any more: {', '.join(done.unneeded_key_names)}. Before you take them out of")
        print("ROUNDS_ENCRYPTION_KEYS, be sure that every part of Rounds was started with the new key, and check once")
        print("more with: rounds keys check. Backups from before today still need them.")
    else:
        print(f"Nothing needs these any more: {', '.join(done.unneeded_key_names)}.")
        print(f"They were moved to {done.retired_file}.")
        print("Keep that file as long as you keep backups from before today; nothing else needs it.")


@keys.command()
def check() -> None:
    """Count the private texts that each key opens; exit 1 if some open with none."""
    from bot.cli.operations.keys import count_key_use
    from bot.config import read_settings

    use = count_key_use(read_settings())
    for number, (name, rows) in enumerate(use.rows_by_key.items()):
        print(f"{name}: {rows}{' (the newest: encrypts what is written now)' if number == 0 else ''}")
    if use.unreadable:
        print(f"{use.unreadable} open with none of the keys. They are kept as they are.")
        raise typer.Exit(1)


@keys.command()
def new() -> None:
    """Print a new key, for ROUNDS_ENCRYPTION_KEYS. It is kept nowhere."""
    from bot.storage.key_file import generate_key

    print(generate_key())

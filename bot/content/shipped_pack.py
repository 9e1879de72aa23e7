"""Reads the pack that comes with Rounds."""

from bot.content.pack_loading import load_folder
from bot.content.pack_reader import read_loadable_pack
from bot.content.pack_templates import shipped_pack_folder
from bot.domain.lesson import Pack


def shipped_pack() -> Pack:
    """Return the pack that comes with Rounds. It is read anew at each call. Raises PackError if it is broken."""
    return read_loadable_pack(load_folder(shipped_pack_folder()))

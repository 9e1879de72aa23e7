"""The shipped pack, read once in each process that runs tests. Nobody can change it: it's made of frozen values."""

from functools import cache

from bot.content.packs import shipped_path
from bot.content.reading import read_pack
from bot.content.sources import folder
from bot.domain.lesson import Pack


@cache
def shipped_pack() -> Pack:
    """The pack that comes with Rounds."""
    read = read_pack(folder(shipped_path()))
    assert read.pack is not None, read.problems
    return read.pack

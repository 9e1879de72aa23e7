"""Finds out whether the database can be read and written, for `/ready`."""

import asyncio
import time

from bot.delivery.transactions import Transactions
from bot.errors import DatabaseBusy, DatabaseTrouble, DatabaseUnavailable
from bot.storage import migration, write_check

TIMEOUT_SECONDS = 2.0
"""Seconds after which a database that doesn't answer counts as unreachable."""

CACHE_SECONDS = 2.0
"""Seconds for which a result is used again: with `rounds web`, anybody may ask, and each check writes."""

IN_WORDS = {
    DatabaseTrouble.DISK_FULL: "the disk is full",
    DatabaseTrouble.READ_ONLY: "the database can only be read",
    DatabaseTrouble.UNREACHABLE: "the database can't be reached",
    DatabaseTrouble.DAMAGED: "the database is damaged",
    DatabaseTrouble.DISK_ERROR: "the database's disk doesn't work",
}


class DatabaseCheck:
    """Checks the database, at most once in `CACHE_SECONDS`."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._one_at_a_time = asyncio.Lock()
        self._checked_at = float("-inf")
        self._problems: list[str] = []

    async def find_problems(self) -> list[str]:
        """Return what keeps this process from using its database, in words; nothing if all is well."""
        async with self._one_at_a_time:
            if time.monotonic() - self._checked_at >= CACHE_SECONDS:
                self._problems = await self._check()
                self._checked_at = time.monotonic()
            return list(self._problems)

    async def _check(self) -> list[str]:
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                if not await self._transactions.read(migration.has_newest_tables):
                    return ["the database belongs to a different version of Rounds"]
                await self._transactions.write_in_background(write_check.check_writable)
        except DatabaseUnavailable as error:
            return [IN_WORDS[error.trouble]]
        except (DatabaseBusy, TimeoutError):
            return ["the database is busy, or doesn't answer"]
        except Exception as error:
            return [f"the database can't be reached ({type(error).__name__})"]
        return []

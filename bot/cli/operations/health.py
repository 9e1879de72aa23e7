"""How an installation is."""

import contextlib
from dataclasses import dataclass

from bot.bootstrap import open_store, system_clock
from bot.config import Settings
from bot.domain.lesson_review import DUE_SOON_WITHIN, LessonsToReview
from bot.learning import packs, review_notices
from bot.learning.library import Library
from bot.storage import migration
from bot.storage.packs import EVERYONES_SCOPE


@dataclass(frozen=True, slots=True)
class InstallationHealth:
    """What `rounds doctor` found: what is broken and what is well, in lines, and lessons to look at again."""

    problems: tuple[str, ...]
    passed_checks: tuple[str, ...]
    reviews: LessonsToReview


def check_installation(settings: Settings) -> InstallationHealth:
    """How this installation is. Nothing is changed, and the database is not upgraded. KeyFileError: no key fits."""
    if differences := migration.find_differences(settings.database_url):
        count = f"{len(differences)} differences" if len(differences) > 1 else "1 difference"
        said = f"database: not the tables of this version ({count}). Run: rounds db upgrade"
        return InstallationHealth((said,), (), LessonsToReview())
    now = system_clock()
    with contextlib.closing(open_store(settings)) as store:
        live = store.run(packs.list_live_packs, EVERYONES_SCOPE)
        found = store.read(review_notices.find_workspace_reviews, Library(), EVERYONES_SCOPE, now.date()).result()
    well = ["database: has the tables of this version", "key: opens this database"]
    well += [f"packs: {pack.slug} {pack.version}, {pack.lessons} lessons" for pack in live]
    if not live:
        well.append("packs: none yet; the shipped one is loaded when the bot first starts")
    if not found.all:
        well.append(f"lessons: none has to be looked at again within {DUE_SOON_WITHIN.days} days")
    return InstallationHealth((), tuple(well), found)

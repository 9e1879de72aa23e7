"""Checks an installation."""

import contextlib
from dataclasses import dataclass

from bot.bootstrap import open_store, system_clock
from bot.config import Settings
from bot.content.safety_rules import shipped_safety_rules
from bot.domain.lesson_review import DUE_SOON_WITHIN, LessonsToReview
from bot.learning import packs, review_notices
from bot.learning.library import Library
from bot.storage import migration
from bot.storage.packs import EVERYONES_SCOPE


@dataclass(frozen=True, slots=True)
class InstallationHealth:
    """What `rounds doctor` found: problems and passed checks as lines of text, and lessons that need a review."""

    problems: tuple[str, ...]
    passed_checks: tuple[str, ...]
    reviews: LessonsToReview


def check_installation(settings: Settings) -> InstallationHealth:
    """Check this installation without changing or upgrading anything. Raises KeyFileError if no key fits."""
    if differences := migration.find_differences(settings.database_url):
        count = f"{len(differences)} differences" if len(differences) > 1 else "1 difference"
        problem = f"database: differs from the tables of this version ({count}). Run: rounds db upgrade"
        return InstallationHealth((problem,), (), LessonsToReview())
    now = system_clock()
    with contextlib.closing(open_store(settings)) as store:
        live = store.run(packs.list_live_packs, EVERYONES_SCOPE)
        reviews = store.read(review_notices.find_workspace_reviews, Library(), EVERYONES_SCOPE, now.date()).result()
    passed = ["database: has the tables of this version", "key: decrypts this database"]
    passed += [f"packs: {pack.slug} {pack.version}, {pack.lessons} lessons" for pack in live]
    if not live:
        passed.append("packs: none yet; the bot loads the shipped pack when it first starts")
    awaiting = [rule.card.concern for rule in shipped_safety_rules().rules if rule.card.reviewed_by is None]
    if awaiting:
        passed.append(f"safety cards: awaiting a clinician's review: {', '.join(awaiting)}")
    if not reviews.all:
        passed.append(f"lessons: none needs a review within {DUE_SOON_WITHIN.days} days")
    return InstallationHealth((), tuple(passed), reviews)

"""Checks an installation, and changes nothing."""

import asyncio
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from pydantic import SecretStr

from bot.bootstrap import system_clock
from bot.config import Settings, find_unknown_variables
from bot.config_lrs import LearningRecordStore
from bot.content.pack_templates import SHIPPED_PACK
from bot.content.safety_rules import shipped_safety_rules
from bot.content.shipped_pack import shipped_pack_version
from bot.delivery.lrs_client import LrsClient
from bot.domain import xapi
from bot.domain.lesson_review import DUE_SOON_WITHIN, LessonsToReview
from bot.errors import KeyFileError, LrsUnavailable, RoundsError
from bot.learning import packs, review_notices, shipped_packs
from bot.learning.library import Library
from bot.slack.token_check import inspect_tokens
from bot.storage import Session, lost_keys, migration
from bot.storage.database_errors import MIN_FREE_BYTES
from bot.storage.database_url import find_sqlite_file, parse_database_url
from bot.storage.encrypted_columns import read_rows
from bot.storage.encryption import can_decrypt_with
from bot.storage.key_file import KeyFile
from bot.storage.looking import looking_into
from bot.storage.packs import EVERYONES_SCOPE

LITTLE_FREE_BYTES = 500 * 1024 * 1024
"""Bytes below which doctor mentions the disk: room for some months of a large hospital (docs/scaling.md)."""


@dataclass(slots=True)
class InstallationHealth:
    """What `rounds doctor` found: problems and passed checks as lines of text, and lessons that need a review."""

    problems: list[str] = field(default_factory=list)
    passed_checks: list[str] = field(default_factory=list)
    reviews: LessonsToReview = field(default_factory=LessonsToReview)


def check_installation(settings: Settings) -> InstallationHealth:
    """Check this installation without changing, upgrading, or creating anything."""
    health = InstallationHealth(problems=[f"settings: {each}" for each in find_unknown_variables()])
    _check_tokens(settings, health)
    _check_files(settings, health)
    if lrs := settings.learning_record_store:
        _check_record_store(lrs, health)
    try:
        if differences := migration.find_differences(settings.database_url):
            count = f"{len(differences)} differences" if len(differences) > 1 else "1 difference"
            health.problems.append(
                f"database: differs from the tables of this version ({count}). Run: rounds db upgrade"
            )
            return health
        with looking_into(settings.database_url) as session:
            health.passed_checks.append("database: has the tables of this version")
            _check_keys(settings, session, health)
            _check_packs(session, health)
            _check_reviews(session, health)
    except RoundsError as error:
        health.problems.append(f"database: {error}")
    return health


def _check_tokens(settings: Settings, health: InstallationHealth) -> None:
    report = asyncio.run(
        inspect_tokens(settings.slack_api_url, _reveal(settings.slack_bot_token), _reveal(settings.slack_app_token))
    )
    health.problems += report.problems
    health.passed_checks += report.passed_checks


def _check_record_store(lrs: LearningRecordStore, health: InstallationHealth) -> None:
    """Ask the LRS whether it takes the account. Nothing of anybody's is read or sent."""

    async def ask() -> tuple[str, ...]:
        async with aiohttp.ClientSession() as session:
            return await LrsClient(session, lrs.url, lrs.username, lrs.password.get_secret_value()).check()

    try:
        versions = asyncio.run(ask())
    except LrsUnavailable as error:
        health.problems.append(f"LRS: {lrs.host}: {error.reason}. Check ROUNDS_LRS_URL, _USERNAME, and _PASSWORD")
        return
    if versions and not any(version.startswith("1.0") for version in versions):
        health.problems.append(f"LRS: {lrs.host} speaks xAPI {', '.join(versions)}, and Rounds speaks {xapi.VERSION}")
    else:
        health.passed_checks.append(f"LRS: {lrs.host} takes the account")


def _reveal(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None


def _check_files(settings: Settings, health: InstallationHealth) -> None:
    """Check that a SQLite database can be written, and that its disk has room."""
    file = find_sqlite_file(parse_database_url(settings.database_url))
    if file is None or not file.exists():
        return
    unwritable = [str(each) for each in (file, *_log_files(file), file.parent) if not os.access(each, os.W_OK)]
    if unwritable:
        health.problems.append(f"database: Rounds may not write {', '.join(unwritable)}. Change the permissions")
    else:
        health.passed_checks.append("database: can be written")
    free = shutil.disk_usage(file.parent).free
    room = f"{free / 1e6:,.0f} MB free"
    if free < MIN_FREE_BYTES:
        health.problems.append(f"disk: full ({room}). Make room; nothing can be saved")
    elif free < LITTLE_FREE_BYTES:
        health.passed_checks.append(f"disk: nearly full ({room})")
    else:
        health.passed_checks.append(f"disk: {room}")


def _log_files(file: Path) -> Iterator[Path]:
    return (each for each in (file.with_name(f"{file.name}{end}") for end in ("-wal", "-shm")) if each.exists())


def _check_keys(settings: Settings, session: Session, health: InstallationHealth) -> None:
    keys = list(settings.encryption_keys)
    if not keys:
        try:
            database = find_sqlite_file(parse_database_url(settings.database_url))
            keys = KeyFile(settings.key_file).read_expected_keys(database)
        except KeyFileError as error:
            health.problems.append(f"key: {error}")
            return
    lost = lost_keys.count_unreadable(lambda column, after: read_rows(session, column, after), can_decrypt_with(keys))
    if lost.total:
        health.problems.append(
            f"key: {lost.total} private texts can't be read with the keys there are. They are kept. Restore the key; "
            "or, if it can't be found, run: rounds keys abandon"
        )
    elif keys:
        health.passed_checks.append("key: decrypts this database")
    else:
        health.passed_checks.append(f"key: none yet; the bot creates it in {settings.key_file} when it first starts")


def _check_packs(session: Session, health: InstallationHealth) -> None:
    live = packs.list_live_packs(session, EVERYONES_SCOPE)
    health.passed_checks += [f"packs: {pack.slug} {pack.version}, {pack.lessons} lessons" for pack in live]
    if not live:
        health.passed_checks.append("packs: none yet; the bot loads the shipped pack when it first starts")
    shipped = shipped_pack_version()
    for pack in live:
        if pack.slug == SHIPPED_PACK and pack.version != shipped:
            then = (
                "The next start loads it"
                if shipped_packs.may_refresh(session, SHIPPED_PACK, shipped)
                else "An operator chose the live one; to change that, run: rounds packs load"
            )
            health.passed_checks.append(f"packs: {pack.slug} {shipped} came with this version of Rounds. {then}")


def _check_reviews(session: Session, health: InstallationHealth) -> None:
    awaiting = [rule.card.concern for rule in shipped_safety_rules().rules if rule.card.reviewed_by is None]
    if awaiting:
        health.passed_checks.append(f"safety cards: awaiting a clinician's review: {', '.join(awaiting)}")
    health.reviews = review_notices.find_workspace_reviews(session, Library(), EVERYONES_SCOPE, system_clock().date())
    if not health.reviews.all:
        health.passed_checks.append(f"lessons: none needs a review within {DUE_SOON_WITHIN.days} days")

"""What an operator does from the command line, beside running the bot: one function each, on the settings alone."""

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import yaml

from bot.bootstrap import open_store, shipped_pack, system_clock
from bot.config import Settings
from bot.content.intake import PackSource
from bot.content.lint import lint, overdue_reviews
from bot.content.reading import read_pack
from bot.content.safety import shipped_rules
from bot.content.sources import PACK_FILE, folder, zip_file
from bot.content.vocabulary import shipped_vocabulary
from bot.delivery import by_hand
from bot.domain.review import SOON, Reviews
from bot.domain.safety import find_concerns
from bot.domain.search import LessonIndex
from bot.errors import KeyFileError, PackError, Problem, Refused, SettingsError
from bot.learning import packs, reviews
from bot.learning.library import Library
from bot.simulation import Outcome, simulate
from bot.slack.manifest import SCOPES, manifest
from bot.storage import Store, migrate, oversight, rotation
from bot.storage.backup import back_up
from bot.storage.encryption import Cipher
from bot.storage.key_file import KeyFile
from bot.storage.oversight import Listed
from bot.storage.packs import EVERYONE
from bot.storage.tables import SendState
from bot.web.server import REQUEST_URL


def manifest_text(url: str | None = None) -> str:
    """The app manifest as YAML; each scope carries its reason as a comment. `url`: see `rounds manifest --help`.

    SettingsError if Slack could not use that address.
    """
    if url is not None and not url.startswith("https://"):
        raise SettingsError(f"Slack sends to https addresses only, and not to {url}. Nothing was written.")
    request_url = f"{url.rstrip('/')}{REQUEST_URL}" if url else None
    text = yaml.safe_dump(manifest(shipped_pack().skills, request_url), sort_keys=False, allow_unicode=True, width=100)
    for scope, reason in SCOPES.items():
        text = text.replace(f"- {scope}\n", f"- {scope}  # {reason}\n")
    return text


def lint_packs(paths: Sequence[Path], *, release: bool) -> list[Problem]:
    """Every problem of these packs; a folder that holds packs stands for all of them."""
    today = system_clock().date()
    return [
        replace(problem, path=str(pack / problem.path) if pack.is_dir() else problem.path)
        for path in paths
        for pack in _packs_in(path)
        for problem in lint(_source(pack), today, release=release)
    ]


def overdue_lessons(paths: Sequence[Path]) -> list[Problem]:
    """The lessons of these packs whose review date has passed: reminders, and no problems until a release."""
    today = system_clock().date()
    return [
        replace(problem, path=str(pack / problem.path) if pack.is_dir() else problem.path)
        for path in paths
        for pack in _packs_in(path)
        for problem in overdue_reviews(_source(pack), today)
    ]


def coached(questions: Iterable[str]) -> Iterator[dict[str, object]]:
    """What coaching finds for each question in the lessons that come with Rounds.

    Each as `query`; `best`, up to three of `lesson`, `skill` and `score` (comparable within a question alone), best
    first and empty if nothing fits; and `safety`, the concern whose card would come first, or None.
    """
    index = LessonIndex(shipped_pack().lessons, shipped_vocabulary())
    for question in questions:
        concerns = find_concerns(question, shipped_rules())
        yield {
            "query": question,
            "best": [
                {"lesson": match.lesson.id, "skill": match.lesson.skill.slug, "score": round(match.score, 2)}
                for match in index.search(question)
            ],
            "safety": str(concerns[0].concern) if concerns else None,
        }


def simulated(learners: int, days: int, seed: int) -> list[Outcome]:
    """What simulated learners remember of the lessons that come with Rounds, under each way of asking."""
    return simulate(shipped_pack().lessons, learners, days, seed)


def load_pack(settings: Settings, path: Path) -> packs.PackChange:
    """Load a pack for everyone on this installation. PackError if it can't be."""
    read = read_pack(_source(path))
    if read.pack is None:
        raise PackError(read.problems)
    with contextlib.closing(open_store(settings)) as store:
        return store.run(packs.load, read.pack, EVERYONE, "operator", system_clock())


def live_packs(settings: Settings) -> tuple[packs.LivePack, ...]:
    """The packs that are live for everyone."""
    with contextlib.closing(open_store(settings)) as store:
        return store.run(packs.live, EVERYONE)


@dataclass(frozen=True, slots=True)
class Health:
    """What `rounds doctor` found: what is broken and what is well, in lines, and lessons to look at again."""

    broken: tuple[str, ...]
    well: tuple[str, ...]
    reviews: Reviews


def look_over(settings: Settings) -> Health:
    """How this installation is. Nothing is changed, and the database is not upgraded. KeyFileError: no key fits."""
    if differences := migrate.difference(settings.database_url):
        count = f"{len(differences)} differences" if len(differences) > 1 else "1 difference"
        said = f"database: not the tables of this version ({count}). Run: rounds db upgrade"
        return Health((said,), (), Reviews())
    now = system_clock()
    with contextlib.closing(open_store(settings)) as store:
        live = store.run(packs.live, EVERYONE)
        found = store.read(reviews.due, Library(), EVERYONE, now.date()).result()
    well = ["database: has the tables of this version", "key: opens this database"]
    well += [f"packs: {pack.slug} {pack.version}, {pack.lessons} lessons" for pack in live]
    if not live:
        well.append("packs: none yet; the shipped one is loaded when the bot first starts")
    if not found.all:
        well.append(f"lessons: none has to be looked at again within {SOON.days} days")
    return Health((), tuple(well), found)


def upgrade_database(settings: Settings) -> bool:
    """Bring the database to this version's tables; False if it had them."""
    return migrate.upgrade(settings.database_url)


def database_differences(settings: Settings) -> list[str]:
    """What differs between the database and this version's tables."""
    return migrate.difference(settings.database_url)


def back_up_database(settings: Settings, path: Path) -> int:
    """Copy the database into a new file while Rounds runs; its size in bytes."""
    return back_up(settings.database_url, path)


def states(names: Iterable[str]) -> list[SendState]:
    """States of deliveries by their names. Refused, with all that are none."""
    wanted = [name.lower() for name in names]
    if unknown := [name for name in wanted if name not in set(SendState)]:
        raise Refused(
            f"There is no state {', '.join(unknown)}. There are: {', '.join(SendState)}. Nothing was changed."
        )
    return [SendState(name) for name in dict.fromkeys(wanted)]


def list_deliveries(
    settings: Settings, states: Sequence[SendState], team_id: str | None, user_id: str | None, limit: int
) -> tuple[dict[SendState, int], list[Listed]]:
    """How many deliveries stand in these states, and at most `limit` of each."""
    now = system_clock()
    with contextlib.closing(open_store(settings)) as store:
        rows = [store.read(oversight.listed, state, now, limit, team_id, user_id).result() for state in states]
        return store.read(oversight.counts, states, team_id, user_id).result(), [row for each in rows for row in each]


def retry_delivery(settings: Settings, delivery_id: UUID) -> str:
    """Try a delivery again; what happens now, in words."""
    with contextlib.closing(open_store(settings)) as store:
        return store.run(by_hand.retry, delivery_id, system_clock())


def skip_delivery(settings: Settings, delivery_id: UUID) -> str:
    """Take a delivery out of the queue; what that means, in words."""
    with contextlib.closing(open_store(settings)) as store:
        return store.run(by_hand.skip, delivery_id, system_clock())


def rotate_keys(settings: Settings, tell: rotation.Tell) -> rotation.Rotation:
    """Put everything encrypted under the newest key. KeyFileError if that can't be done to the end."""
    with contextlib.closing(open_store(settings)) as store:
        return rotation.rotate(store, settings.encryption_keys, settings.key_file, tell)


def key_use(settings: Settings) -> rotation.KeyUse:
    """How many rows each key opens; for those that none does, nothing else is refused here."""
    keys = settings.encryption_keys or tuple(KeyFile(settings.key_file).keys())
    if not keys:
        raise KeyFileError(f"There is no key in {settings.key_file}, and none in ROUNDS_ENCRYPTION_KEYS.")
    migrate.upgrade(settings.database_url)
    with contextlib.closing(Store(settings.database_url, Cipher(keys))) as store:
        return rotation.use_of(store, keys)


def _source(path: Path) -> PackSource:
    return folder(path) if path.is_dir() else zip_file(path)


def _packs_in(path: Path) -> list[Path]:
    """A pack's own folder or zip; otherwise the folders in it that hold a pack."""
    if not path.is_dir() or (path / PACK_FILE).exists():
        return [path]
    return sorted(file.parent for file in path.glob(f"*/{PACK_FILE}")) or [path]

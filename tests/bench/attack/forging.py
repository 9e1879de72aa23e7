"""Forged payloads that are signed: none breaks anything, and none changes anything."""

from collections import Counter
from datetime import UTC, datetime

import aiohttp
from sqlmodel import col, select

from bot.learning import packs, workspace_lifecycle
from bot.storage import Session
from bot.storage.tables import Learner, LessonRevision, PackActivation, PackVersion, SavedLesson
from tests.bench.attack.forgeries import ANOTHER_TEAM, FOREIGNER, NOT_PEOPLE, SOMEBODYS_NUMBER, WORDS, all_forgeries
from tests.bench.attack.payloads import TEAM
from tests.bench.attack.stage import Stage
from tests.bench.attack.swarm import Outcome, again_and_again
from tests.builders import six_lessons

TABLES = (SavedLesson, PackActivation, PackVersion)


async def forged_payloads(stage: Stage, seconds: float) -> Outcome:
    """Send each forgery once, and then all of them again until the time is over."""
    forgeries = all_forgeries(*stage.store.run(_pack_of_another_team))
    stage.sent.add(WORDS)
    before, place = stage.count(*TABLES), 0
    broken: Counter[str] = Counter()

    async with aiohttp.ClientSession() as session, stage.learner(SOMEBODYS_NUMBER):

        async def send_next() -> str:
            nonlocal place
            forgery = forgeries[place % len(forgeries)]
            place += 1
            status, _ = await stage.post(session, forgery.make(), forgery.content_type)
            if status >= 500:
                broken[f"{forgery.name}: {status}"] += 1
            return str(status)

        first = Counter([await send_next() for _ in forgeries])
        outcome = Outcome(first + await again_and_again(1, seconds, send_next))
    outcome.broken += [f"{len(broken)} forgeries broke it, such as {next(iter(broken))}"] if broken else []
    outcome.expect(stage.count(*TABLES) == before, "a forgery saved or loaded something")
    outcome.expect(not stage.store.run(_strangers), "somebody who doesn't belong here is a learner")
    return outcome


def _strangers(session: Session) -> list[str]:
    """Learners who don't belong to the workspace, or are no people."""
    strange = col(Learner.user_id).in_(NOT_PEOPLE) | (col(Learner.team_id) != TEAM)
    return list(session.exec(select(Learner.user_id).where(strange)).all())


def _pack_of_another_team(session: Session) -> tuple[int, int]:
    """Give another workspace a pack of its own; the ids of one of its lessons' revisions, and of its version."""
    now = datetime.now(UTC)
    workspace_lifecycle.register_workspace(session, ANOTHER_TEAM, None, "Elsewhere", "U0OTHERBOT", now)
    version = packs.load_pack(session, six_lessons(), ANOTHER_TEAM, FOREIGNER, now).version_id
    revisions = session.exec(select(LessonRevision.id).where(col(LessonRevision.scope) == ANOTHER_TEAM))
    return next(iter(revisions.all())), version

"""A roster file with 5,000 people, by email: read in its process, everyone found in Slack's list, and all put in."""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.web.async_client import AsyncWebClient

from bot.content.cohort_files import read_cohort_file
from bot.domain.cohort import CohortDraft
from bot.domain.cohort_file import MAX_PEOPLE
from bot.domain.learner import Person
from bot.learning import cohort_files, cohorts
from bot.learning.library import Library
from bot.slack.listed_people import find_people
from bot.storage import Store
from tests.bench.report import Row
from tests.bench.riverside import RIVERSIDE, ward_of

SECONDS_MOST = 10.0
ADMIN = Person(RIVERSIDE, "U0TOMAS")


def measure() -> Sequence[Row]:
    """Once, in order, as a press does it. Slack answers at once: its pace isn't ours."""
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as folder:
        store = ward_of(Path(folder), now)
        try:
            parts = asyncio.run(_run(store, now))
        finally:
            store.close()
    whole = sum(parts.values())
    said = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in parts.items())
    return [
        Row(f"a roster of {MAX_PEOPLE:,} rows is read, checked and applied", whole, "s", said,
            must=f"under {SECONDS_MOST:.0f} s", met=whole < SECONDS_MOST)
    ]  # fmt: skip


async def _run(store: Store, now: datetime) -> dict[str, float]:
    """Seconds for reading, for checking, and for applying."""
    day = (now + timedelta(days=7)).date().isoformat()
    lines = [f"person{number}@riverside.example,Europe/London,{day}" for number in range(MAX_PEOPLE)]
    content = "\n".join(["Email,Time zone,Start date", *lines]).encode()
    library = Library()
    draft = CohortDraft("Everyone", now.date())
    cohort = store.run(cohorts.start_cohort, library, ADMIN, draft, now)
    app = web.Application()
    app.router.add_route("*", "/api/{method}", _answer)
    async with TestServer(app) as server:
        client = AsyncWebClient(token="xoxb-bench", base_url=str(server.make_url("/api/")))
        began = time.monotonic()
        read = await read_cohort_file(content, now.date())
        was_read = time.monotonic()
        found = await find_people(client, read.rows, ADMIN)
        was_found = time.monotonic()
    staged, _ = store.run(cohort_files.stage_file, library, ADMIN, cohort.id, True, found.people, now)
    store.run(cohort_files.begin_applying, library, ADMIN, staged, True, now)
    while store.run(cohort_files.apply_part, ADMIN, staged, None, True, now):
        pass
    was_applied = time.monotonic()
    if read.problems or found.problems or len(found.people) != MAX_PEOPLE:
        raise AssertionError("everyone in the file is there")
    return {"read": was_read - began, "checked": was_found - was_read, "applied": was_applied - was_found}


async def _answer(request: web.Request) -> web.Response:
    """Answer as Slack does: whom an address belongs to, and pages of people."""
    asked = {**request.query, **await request.post()}
    if request.match_info["method"] == "users.lookupByEmail":
        return web.json_response({"ok": True, "user": _user(0)})
    first, size = int(str(asked.get("cursor") or 0)), int(str(asked["limit"]))
    onward = str(first + size) if first + size < MAX_PEOPLE else ""
    members = [_user(number) for number in range(first, min(first + size, MAX_PEOPLE))]
    return web.json_response({"ok": True, "members": members, "response_metadata": {"next_cursor": onward}})


def _user(number: int) -> dict[str, Any]:
    return {
        "id": f"U{number:06}",
        "team_id": RIVERSIDE,
        "tz": "Europe/London",
        "locale": "en-GB",
        "profile": {"email": f"person{number}@riverside.example"},
    }

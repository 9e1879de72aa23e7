"""What admins do: load packs, go back, invite. Others are told who can."""

import asyncio
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.content.lint import lint
from bot.content.reading import ReadPack, read_pack
from bot.content.sources import LARGEST_UPLOAD, zip_bytes
from bot.domain.learner import Person
from bot.errors import PackError, Problem, RoundsError
from bot.learning import enrolment, packs, reports
from bot.slack.blocks import Message, admin
from bot.slack.desk import Body, Desk, person_of, send_dm, show, value_of

OWN_SLACK = "slack.com"


class DownloadError(RoundsError):
    """The file couldn't be fetched from Slack. Nothing changed; please upload it again."""


class AdminActions:
    """Packs and invitations."""

    def __init__(self, desk: Desk, session: aiohttp.ClientSession) -> None:
        self._desk = desk
        self._session = session

    async def overview(self, client: AsyncWebClient, person: Person) -> Message:
        """The answer to /rounds admin."""
        if not await self._desk.is_admin(client, person.user_id):
            return self._refused()
        counts = await self._desk.hop.read(reports.overview, person.team_id)
        return admin.overview_message(counts, await self._desk.hop.read(packs.live, person.team_id))

    async def packs(self, client: AsyncWebClient, person: Person) -> Message:
        """The answer to /rounds admin packs."""
        if not await self._desk.is_admin(client, person.user_id):
            return self._refused()
        return admin.packs_message(await self._desk.hop.read(packs.live, person.team_id))

    async def uploaded(self, file: dict[str, Any], client: AsyncWebClient, person: Person) -> Message:
        """A file came in the DM: its problems, or what loading it would change."""
        if not await self._desk.is_admin(client, person.user_id):
            return self._refused()
        name = str(file.get("name") or "file")
        read, advice = await self._read(client, name, file)
        live = {pack.slug: pack.version for pack in await self._desk.hop.read(packs.live, person.team_id)}
        if read.pack is None:
            return admin.problems_message(name, read.problems, next(iter(live.values()), None))
        try:
            change = await self._desk.hop.background(
                packs.stage, read.pack, person.team_id, person.user_id, self._desk.clock()
            )
        except PackError as error:
            return admin.problems_message(name, error.problems, live.get(read.pack.slug))
        return admin.change_message(name, change, advice)

    async def load(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """*Load*."""
        person = person_of(context)
        if not await self._allowed(ack, body, client, person):
            return
        change = await self._desk.hop.person(
            packs.activate, int(value_of(body)), person.team_id, person.user_id, self._desk.clock()
        )
        await ack()
        await self._desk.replies.send(body["response_url"], admin.loaded_message(change), replace=True)

    async def discard(self, ack: AsyncAck, body: Body) -> None:
        """*Not now*: what was read is forgotten in a week."""
        await ack()
        await self._desk.replies.send(body["response_url"], admin.discarded_message(), replace=True)

    async def go_back(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """*Go back*, confirmed."""
        person = person_of(context)
        if not await self._allowed(ack, body, client, person):
            return
        version = await self._desk.hop.person(packs.go_back, value_of(body), person.team_id, self._desk.clock())
        await ack()
        shown = await self._desk.hop.read(packs.live, person.team_id)
        note = f"Version {version} is live again." if version else "That pack is no longer in use."
        await self._desk.replies.send(body["response_url"], admin.packs_message(shown, note), replace=True)

    async def open_invite(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """*Invite people*."""
        if await self._allowed(ack, body, client, person_of(context)):
            await show(client, body, admin.invite_modal())
            await ack()

    async def invite(
        self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        """*Invite*: each gets one message with *Start*."""
        person = person_of(context)
        if not await self._desk.is_admin(client, person.user_id):
            await ack(response_action="errors", errors={"people": "That is for admins. Nothing was sent."})
            return
        values = view["state"]["values"]
        people = list(values["people"]["people"].get("selected_users") or [])
        channel = values["channel"]["channel"].get("selected_conversation")
        if not people and not channel:
            await ack(response_action="errors", errors={"people": "Choose people or a channel."})
            return
        try:
            people += await members(client, channel) if channel else []
        except SlackApiError as error:
            if error.response["error"] not in {"not_in_channel", "channel_not_found", "fetch_members_failed"}:
                raise
            said = "I can't see that channel. Type /invite @Rounds there first. Nothing was sent."
            await ack(response_action="errors", errors={"channel": said})
            return
        people = [user for user in people if user != context.bot_user_id]
        invited = await self._desk.hop.person(enrolment.invite, person, people, self._desk.clock())
        await ack()
        self._desk.wake()
        await send_dm(client, person.user_id, admin.invited_message(invited))

    async def _allowed(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> bool:
        """Ask again at each press: a message can outlive its reader's office."""
        if await self._desk.is_admin(client, person.user_id):
            return True
        await ack()
        await self._desk.replies.send(body["response_url"], self._refused())
        return False

    def _refused(self) -> Message:
        return admin.refused_message(sorted(self._desk.admins))

    async def _read(
        self, client: AsyncWebClient, name: str, file: dict[str, Any]
    ) -> tuple[ReadPack, tuple[Problem, ...]]:
        """The uploaded pack with what keeps it from loading, and the linter's advice on it."""
        if complaint := _complaint(name, int(file.get("size") or 0)):
            return ReadPack(None, (complaint,)), ()
        content = await self._download(client, str(file["url_private_download"]))
        return await asyncio.to_thread(_read_and_lint, content, name, self._desk.clock().date())

    async def _download(self, client: AsyncWebClient, url: str) -> bytes:
        """The file's bytes. The token goes to Slack alone, whatever address an event names."""
        host, own = urlsplit(url).hostname or "", urlsplit(client.base_url).hostname or ""
        if host != own and host != OWN_SLACK and not host.endswith(f".{OWN_SLACK}"):
            raise DownloadError
        headers = {"Authorization": f"Bearer {client.token}"}
        async with self._session.get(url, headers=headers, allow_redirects=False) as response:
            if response.status != 200:
                raise DownloadError
            content = await response.content.read(LARGEST_UPLOAD + 1)
            while len(content) <= LARGEST_UPLOAD and (more := await response.content.read(LARGEST_UPLOAD)):
                content += more
        return content[: LARGEST_UPLOAD + 1]


def _complaint(name: str, size: int) -> Problem | None:
    """Why a file is not even fetched."""
    if not name.lower().endswith(".zip"):
        return Problem(
            name, 1, "F100", "This is not a .zip file. Zip the folder with pack.yaml in it, and upload that."
        )
    if size > LARGEST_UPLOAD:
        megabytes = LARGEST_UPLOAD // 2**20
        return Problem(name, 1, "F104", f"This file is larger than {megabytes} MB. Leave out what is no lesson.")
    return None


def _read_and_lint(content: bytes, name: str, today: date) -> tuple[ReadPack, tuple[Problem, ...]]:
    """In a thread of its own: a large pack takes a second to read, and people are waiting for other things."""
    source = zip_bytes(content, name)
    read = read_pack(source)
    return read, tuple(problem for problem in lint(source, today) if not problem.blocking) if read.pack else ()


async def members(client: AsyncWebClient, channel: str) -> list[str]:
    """The user ids of everyone in a channel."""
    found: list[str] = []
    cursor: str | None = None
    while cursor != "":
        page = await client.conversations_members(channel=channel, cursor=cursor, limit=200)
        found += page["members"]
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
    return found

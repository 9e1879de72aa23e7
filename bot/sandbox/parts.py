"""What one sandbox is made of, in one place; every request handler gets it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.sandbox.address import Address
from bot.sandbox.app_link import AppLink
from bot.sandbox.events import Events
from bot.sandbox.faults import Faults
from bot.sandbox.installation import Installation
from bot.sandbox.limits import Limits
from bot.sandbox.manifest import Manifest, read_manifest
from bot.sandbox.profiles import Profiles
from bot.sandbox.record import Record
from bot.sandbox.request_url import RequestUrl
from bot.sandbox.seed import riverside
from bot.sandbox.shapes import Shapes
from bot.sandbox.socket_mode import SocketMode
from bot.sandbox.triggers import ResponseUrls, Triggers
from bot.sandbox.uploads import Uploads
from bot.sandbox.views import Views
from bot.sandbox.watchers import Watchers
from bot.sandbox.workspace import Workspace

BOT_TOKEN = "xoxb-sandbox-riverside"  # noqa: S105 - opens nothing but a sandbox
APP_TOKEN = "xapp-sandbox-riverside"  # noqa: S105
SIGNING_SECRET = "sandbox-signing-secret"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Parts:
    """All parts of one sandbox. They live as long as it does, over stops and starts."""

    manifest: Manifest
    workspace: Workspace
    installation: Installation
    clock: Callable[[], float]
    address: Address
    faults: Faults
    limits: Limits
    record: Record
    shapes: Shapes
    watchers: Watchers
    sockets: SocketMode
    link: AppLink
    events: Events
    profiles: Profiles
    triggers: Triggers
    response_urls: ResponseUrls
    uploads: Uploads
    views: Views


PARTS = web.AppKey("parts", Parts)


def assemble(
    manifest: Mapping[str, Any],
    clock: Callable[[], float],
    *,
    limits: bool,
    ack_seconds: float,
    retry_delays: Sequence[float],
) -> Parts:
    """A fresh workspace with the manifest's app in it. ValueError when the manifest lacks something."""
    declared = read_manifest(manifest)
    workspace = riverside(declared, int(clock()))
    address, watchers = Address(), Watchers()
    sockets = SocketMode(workspace.app_id, ack_seconds)
    link = AppLink(sockets, RequestUrl(SIGNING_SECRET, clock, ack_seconds))
    installation = Installation(BOT_TOKEN)
    shapes = Shapes(workspace, address)
    events = Events(declared, workspace, link, installation, clock, retry_delays)
    return Parts(
        manifest=declared,
        workspace=workspace,
        installation=installation,
        clock=clock,
        address=address,
        faults=Faults(),
        limits=Limits(clock, on=limits),
        record=Record(),
        shapes=shapes,
        watchers=watchers,
        sockets=sockets,
        link=link,
        events=events,
        profiles=Profiles(workspace, shapes, watchers, events, clock),
        triggers=Triggers(clock),
        response_urls=ResponseUrls(clock, address),
        uploads=Uploads(workspace, address),
        views=Views(watchers, clock),
    )

"""Creates the components of one sandbox. Every request handler gets them."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.sandbox.app_link import AppLink
from bot.sandbox.base_url import BaseUrl
from bot.sandbox.call_log import CallLog
from bot.sandbox.events import EventSender
from bot.sandbox.faults import Faults
from bot.sandbox.installation import Installation, new_bot_token
from bot.sandbox.manifest import Manifest, read_manifest
from bot.sandbox.page_updates import PageUpdates
from bot.sandbox.profiles import Profiles
from bot.sandbox.rate_limits import RateLimits
from bot.sandbox.request_url import RequestUrl
from bot.sandbox.scopes import EMAIL_SCOPE
from bot.sandbox.seed import create_riverside_workspace
from bot.sandbox.serializer import Serializer
from bot.sandbox.socket_mode import SocketMode
from bot.sandbox.triggers import ResponseUrls, Triggers
from bot.sandbox.uploads import Uploads
from bot.sandbox.views import Views
from bot.sandbox.workspace import SandboxWorkspace


@dataclass(frozen=True, slots=True)
class Components:
    """All components of one sandbox. They last as long as it does, even when it stops and starts again."""

    app_token: str
    signing_secret: str
    manifest: Manifest
    workspace: SandboxWorkspace
    installation: Installation
    clock: Callable[[], float]
    base_url: BaseUrl
    faults: Faults
    limits: RateLimits
    call_log: CallLog
    serializer: Serializer
    page_updates: PageUpdates
    sockets: SocketMode
    app_link: AppLink
    events: EventSender
    profiles: Profiles
    triggers: Triggers
    response_urls: ResponseUrls
    uploads: Uploads
    views: Views


COMPONENTS_KEY = web.AppKey("parts", Components)


def create_components(
    manifest: Mapping[str, Any],
    clock: Callable[[], float],
    *,
    limits: bool,
    ack_seconds: float,
    retry_delays: Sequence[float],
) -> Components:
    """Create a new workspace with the manifest's app. Raises ValueError if the manifest is incomplete.

    Tokens and secret are new each time, so that no page or program can know them beforehand.
    """
    app_token, signing_secret = f"xapp-sandbox-{secrets.token_hex(16)}", secrets.token_hex(16)
    declared = read_manifest(manifest)
    workspace = create_riverside_workspace(declared, int(clock()))
    base_url, page_updates = BaseUrl(), PageUpdates()
    sockets = SocketMode(workspace.app_id, ack_seconds)
    link = AppLink(sockets, RequestUrl(signing_secret, clock, ack_seconds))
    installation = Installation(new_bot_token())
    serializer = Serializer(workspace, base_url, with_email=EMAIL_SCOPE in declared.scopes)
    events = EventSender(declared, workspace, link, installation, clock, retry_delays)
    return Components(
        app_token=app_token,
        signing_secret=signing_secret,
        manifest=declared,
        workspace=workspace,
        installation=installation,
        clock=clock,
        base_url=base_url,
        faults=Faults(),
        limits=RateLimits(clock, enabled=limits),
        call_log=CallLog(),
        serializer=serializer,
        page_updates=page_updates,
        sockets=sockets,
        app_link=link,
        events=events,
        profiles=Profiles(workspace, serializer, page_updates, events, clock),
        triggers=Triggers(clock),
        response_urls=ResponseUrls(clock, base_url),
        uploads=Uploads(workspace, base_url),
        views=Views(page_updates, clock),
    )

"""Downloads the files that people upload, and reads and checks packs (zip files or spreadsheets)."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.content.checked_pack import CheckedPack
from bot.content.other_packs import OtherPack
from bot.content.pack_loading import MAX_UPLOAD_BYTES
from bot.content.sheets.sheet_limits import is_sheet
from bot.content.uploaded_packs import check_uploaded_pack
from bot.errors import PackProblem, RoundsError
from bot.language import gettext as _

SLACK_FILE_DOMAINS = ("slack.com", "slack-gov.com")
"""The domains, including subdomains, where Slack stores files."""


class DownloadError(RoundsError):
    """Slack didn't return the file."""

    def __init__(self, name: str) -> None:
        super().__init__(
            # Translators: {file} is a file's name, or "The file" or "Your calendar".
            _("{file} couldn't be downloaded from Slack. Nothing changed; please upload it again.", file=name)
        )


async def read_uploaded_pack(
    session: aiohttp.ClientSession,
    client: AsyncWebClient,
    name: str,
    file: dict[str, Any],
    today: date,
    others: Sequence[OtherPack] = (),
) -> CheckedPack:
    """Download an uploaded pack and check it. DownloadError if Slack doesn't return it.

    `others` are the packs that are live beside it.
    """
    if complaint := _find_problem_before_download(name, int(file.get("size") or 0)):
        return CheckedPack(None, (complaint,))
    content = await download(session, client, name, file, MAX_UPLOAD_BYTES)
    return await check_uploaded_pack(content, name, today, others=others)


async def download(
    session: aiohttp.ClientSession, client: AsyncWebClient, name: str, file: dict[str, Any], most: int
) -> bytes:
    """Return a file's bytes, at most `most` + 1. DownloadError, which mentions `name`, if Slack doesn't return it."""
    url = str(file.get("url_private_download") or "")
    if not may_receive_token(url, client.base_url):
        raise DownloadError(name)
    headers = {"Authorization": f"Bearer {client.token}"}
    try:
        async with session.get(url, headers=headers, allow_redirects=False, raise_for_status=True) as response:
            if response.status != 200:  # a redirect, which must not get the token
                raise DownloadError(name)
            content = await response.content.read(most + 1)
            while len(content) <= most and (more := await response.content.read(most)):
                content += more
    except (aiohttp.ClientError, TimeoutError) as error:
        raise DownloadError(name) from error
    return content[: most + 1]


async def with_download_url(client: AsyncWebClient, file: dict[str, Any]) -> dict[str, Any]:
    """Return the file with its download URL. Asks Slack if the event has a stub (`file_access: check_file_info`)."""
    if file.get("url_private_download") or file.get("file_access") != "check_file_info":
        return file
    try:
        found: dict[str, Any] = (await client.files_info(file=str(file["id"])))["file"]
    except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
        raise DownloadError(_("The file")) from error
    return found


def may_be_pack(name: str) -> bool:
    """Return whether a file's name looks like a pack: a zip file or any spreadsheet."""
    return name.lower().endswith(".zip") or is_sheet(name)


def may_receive_token(url: str, api: str) -> bool:
    """Return whether this URL may get the token: only Slack over HTTPS, or the host that all API calls go to."""
    asked, own = urlsplit(url), urlsplit(api)
    if (asked.scheme, asked.netloc) == (own.scheme, own.netloc):
        return True
    host = asked.hostname or ""
    return asked.scheme == "https" and any(host == name or host.endswith(f".{name}") for name in SLACK_FILE_DOMAINS)


def _find_problem_before_download(name: str, size: int) -> PackProblem | None:
    """Return the problem that makes a download pointless, or None."""
    if not may_be_pack(name):
        instead = "Zip the folder with pack.yaml in it, and upload that; or upload a spreadsheet (.xlsx)."
        return PackProblem(name, 1, "F100", f"This is not a .zip file. {instead}")
    if size > MAX_UPLOAD_BYTES:
        megabytes = MAX_UPLOAD_BYTES // 2**20
        instead = "Remove everything that isn't part of a lesson."
        return PackProblem(name, 1, "F104", f"This file is larger than {megabytes} MB. {instead}")
    return None

"""Files that people upload: fetched from Slack; packs, zipped or in a spreadsheet, are read and linted."""

import asyncio
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.content.lint import CheckedPack, check_pack
from bot.content.pack_loading import MAX_UPLOAD_BYTES, load_zip_bytes
from bot.content.sheets.sheet_limits import is_sheet
from bot.errors import PackProblem, RoundsError

OWN_SLACK = ("slack.com", "slack-gov.com")
"""The domains, with all below them, that Slack keeps files on."""


class DownloadError(RoundsError):
    """The file couldn't be fetched from Slack. Nothing changed; please upload it again."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} couldn't be fetched from Slack. Nothing changed; please upload it again.")


async def read_uploaded_pack(
    session: aiohttp.ClientSession, client: AsyncWebClient, name: str, file: dict[str, Any], today: date
) -> CheckedPack:
    """The uploaded pack and all that was found in it. DownloadError as `download`."""
    if complaint := _complaint(name, int(file.get("size") or 0)):
        return CheckedPack(None, (complaint,))
    content = await download(session, client, name, file, MAX_UPLOAD_BYTES)
    return await asyncio.to_thread(_read_sheet if is_sheet(name) else _read_zip, content, name, today)


async def download(
    session: aiohttp.ClientSession, client: AsyncWebClient, name: str, file: dict[str, Any], most: int
) -> bytes:
    """A file's bytes, up to one more than `most`. DownloadError, which says `name`, if Slack doesn't give it."""
    url = str(file.get("url_private_download") or "")
    if not may_have_token(url, client.base_url):
        raise DownloadError(name)
    headers = {"Authorization": f"Bearer {client.token}"}
    try:
        async with session.get(url, headers=headers, allow_redirects=False, raise_for_status=True) as response:
            if response.status != 200:  # a redirect: the token must not follow it
                raise DownloadError(name)
            content = await response.content.read(most + 1)
            while len(content) <= most and (more := await response.content.read(most)):
                content += more
    except (aiohttp.ClientError, TimeoutError) as error:
        raise DownloadError(name) from error
    return content[: most + 1]


async def with_address(client: AsyncWebClient, file: dict[str, Any]) -> dict[str, Any]:
    """The file with its address. Events may hold a stub (`file_access: check_file_info`): then Slack is asked."""
    if file.get("url_private_download") or file.get("file_access") != "check_file_info":
        return file
    try:
        found: dict[str, Any] = (await client.files_info(file=str(file["id"])))["file"]
    except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
        raise DownloadError("The file") from error
    return found


def may_be_pack(name: str) -> bool:
    """Whether a file is called like a pack: a zip, or a spreadsheet of whatever program."""
    return name.lower().endswith(".zip") or is_sheet(name)


def may_have_token(url: str, api: str) -> bool:
    """Whether the token may go there: to Slack alone, encrypted, or to where it goes with every call of the API."""
    asked, own = urlsplit(url), urlsplit(api)
    if (asked.scheme, asked.netloc) == (own.scheme, own.netloc):
        return True
    host = asked.hostname or ""
    return asked.scheme == "https" and any(host == name or host.endswith(f".{name}") for name in OWN_SLACK)


def _complaint(name: str, size: int) -> PackProblem | None:
    """Why a file is not even fetched."""
    if not may_be_pack(name):
        instead = "Zip the folder with pack.yaml in it, and upload that; or upload a spreadsheet (.xlsx)."
        return PackProblem(name, 1, "F100", f"This is not a .zip file. {instead}")
    if size > MAX_UPLOAD_BYTES:
        megabytes = MAX_UPLOAD_BYTES // 2**20
        return PackProblem(name, 1, "F104", f"This file is larger than {megabytes} MB. Leave out what is no lesson.")
    return None


def _read_zip(content: bytes, name: str, today: date) -> CheckedPack:
    """In a thread of its own: a large pack takes a second to read, and people are waiting for other things."""
    return check_pack(load_zip_bytes(content, name), today)


def _read_sheet(content: bytes, name: str, today: date) -> CheckedPack:
    """The same for a spreadsheet, with problems named by its cells. A pack comes whole: nothing lies beside it here."""
    from bot.content.sheets.sheet_checker import check_sheet  # imported on use: few upload one, and it takes memory
    from bot.content.sheets.sheet_reader import read_sheet

    sheet = read_sheet(name, content)
    if sheet.files and not sheet.includes_pack:
        message = (
            "Here are lessons only. Upload the whole workbook (.xlsx), with the sheets Pack, Skills and Sources, too."
        )
        return CheckedPack(None, (PackProblem(name, 1, "X112", message),))
    return check_sheet(sheet, today)

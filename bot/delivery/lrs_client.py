"""Talks xAPI 1.0.3 to the learning record store (LRS) that an operator set.

The address is the operator's own, like the database's, so it may be on a private network, unlike the addresses of
calendars that anybody enters. No log line or error contains the account, a statement, or what the LRS answered.
"""

import json
import re
from collections.abc import Sequence
from http import HTTPStatus

import aiohttp

from bot.domain import xapi
from bot.errors import LrsRefused, LrsUnavailable
from bot.learning.lms_statements import WaitingStatement

REQUEST_TIMEOUT = aiohttp.ClientTimeout(total=30)
"""The longest a request can take: some stores check and index a batch before they answer."""

MAX_ANSWER_BYTES = 64 * 1024
"""Most bytes of an answer that are read. The ids of a batch are two thousand."""

_ABOUT_CONTENT = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.CONFLICT,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    }
)
"""Refusals of what was sent. All others, such as a refused account, would meet any statement."""

_SECONDS = re.compile(r"[0-9]{1,6}")


class LrsClient:
    """Posts statements to an LRS."""

    def __init__(self, session: aiohttp.ClientSession, url: str, username: str, password: str) -> None:
        """`url`: the endpoint, with a slash at its end. `session` is shared."""
        self._session = session
        self._url = url
        self._headers = {
            "X-Experience-API-Version": xapi.VERSION,
            "Authorization": aiohttp.encode_basic_auth(username, password),
        }

    async def post(self, statements: Sequence[WaitingStatement]) -> None:
        """Post statements, which the LRS takes all or none of. It takes the same one twice without storing it twice.

        Raises LrsRefused if some statement isn't acceptable, and LrsUnavailable if the LRS can't be used now.
        """
        body = json.dumps([each.content for each in statements], ensure_ascii=False).encode()
        headers = {**self._headers, "Content-Type": "application/json"}
        status, answer = await self._request("POST", "statements", headers, body)
        if status == HTTPStatus.NO_CONTENT:
            return
        if status != HTTPStatus.OK:
            raise LrsUnavailable(f"it answered with status {status}")
        if not _names_them(answer, statements):
            raise LrsUnavailable("its answer doesn't name the statements, so it may be no LRS")

    async def check(self) -> tuple[str, ...]:
        """Ask whether the LRS takes the account; read nothing and write nothing.

        Returns the versions of xAPI that it says it speaks; some stores say none. Raises LrsUnavailable.
        """
        versions = await self._read_versions()
        try:  # nobody has a statement of this id
            await self._request("GET", "statements?statementId=00000000-0000-4000-8000-000000000000", self._headers)
        except LrsRefused:
            pass
        except LrsUnavailable as error:
            # 404: no such statement, unless nothing else says that there is an LRS. 403: this account may only write.
            expected = {HTTPStatus.FORBIDDEN, *([HTTPStatus.NOT_FOUND] if versions else [])}
            if error.status not in expected:
                raise
        return versions

    async def _read_versions(self) -> tuple[str, ...]:
        """Return the versions of xAPI that the LRS says it speaks; none if it doesn't say."""
        try:
            _, answer = await self._request("GET", "about", self._headers)
            return tuple(map(str, json.loads(answer)["version"]))
        except (LrsRefused, LrsUnavailable, ValueError, KeyError, TypeError):
            return ()

    async def _request(
        self, method: str, path: str, headers: dict[str, str], body: bytes | None = None
    ) -> tuple[int, bytes]:
        """Return the status (2xx) and the answer. A redirect isn't followed: the account belongs to this address."""
        try:
            async with self._session.request(
                method, self._url + path, data=body, headers=headers, allow_redirects=False, timeout=REQUEST_TIMEOUT
            ) as response:
                _check_status(response)
                return response.status, await _read_answer(response)
        except TimeoutError:
            raise LrsUnavailable("it took too long to answer") from None
        except aiohttp.ClientConnectorCertificateError:
            raise LrsUnavailable("its certificate isn't valid") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:  # their texts may quote the address
            raise LrsUnavailable(f"it can't be reached ({type(error).__name__})") from None


def _check_status(response: aiohttp.ClientResponse) -> None:
    status = response.status
    if status in _ABOUT_CONTENT:
        raise LrsRefused(status)
    if status == HTTPStatus.UNAUTHORIZED:
        raise LrsUnavailable("it doesn't take the username and password", status=status)
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        raise LrsUnavailable("it redirects to another address. Set that one", status=status)
    if status >= HTTPStatus.BAD_REQUEST:
        asked = response.headers.get("Retry-After", "")
        seconds = float(asked) if _SECONDS.fullmatch(asked) else None
        raise LrsUnavailable(f"it answered with status {status}", status=status, retry_after=seconds)


async def _read_answer(response: aiohttp.ClientResponse) -> bytes:
    """Read an answer of at most `MAX_ANSWER_BYTES`."""
    answer = bytearray()
    async for chunk in response.content.iter_any():
        answer += chunk
        if len(answer) > MAX_ANSWER_BYTES:
            raise LrsUnavailable("its answer is too long, so it is no LRS")
    return bytes(answer)


def _names_them(answer: bytes, statements: Sequence[WaitingStatement]) -> bool:
    """Return whether an answer lists ids of these statements and nothing else: the page of a proxy doesn't.

    Some stores leave out the statements that they had already.
    """
    try:
        named = json.loads(answer)
    except ValueError:
        return False
    ids = {str(each.id) for each in statements}
    return (
        isinstance(named, list) and bool(named) and all(isinstance(each, str) and each.lower() in ids for each in named)
    )

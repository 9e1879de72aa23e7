"""`rounds doctor` with an LMS's record store: whether it can be reached and takes the account."""

import asyncio
import threading
from collections.abc import Iterator

import pytest
from aiohttp.test_utils import TestServer

from tests.cli.conftest import Rounds
from tests.delivery.record_store import RecordStore


@pytest.fixture
def lms() -> RecordStore:
    return RecordStore()


@pytest.fixture
def address(lms: RecordStore) -> Iterator[str]:
    """The address of a record store that runs in a thread of its own, as the command has its own event loop."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = TestServer(lms.app())
    asyncio.run_coroutine_threadsafe(server.start_server(), loop).result()
    yield str(server.make_url("/xapi/"))
    asyncio.run_coroutine_threadsafe(server.close(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def settings(lms: RecordStore, address: str) -> dict[str, str]:
    return {
        "ROUNDS_LRS_URL": address,
        "ROUNDS_LRS_USERNAME": lms.username,
        "ROUNDS_LRS_PASSWORD": lms.password,
    }


def test_doctor_says_that_the_record_store_takes_the_account(rounds: Rounds, lms: RecordStore, address: str) -> None:
    looked = rounds("doctor", **settings(lms, address))

    assert "LRS: 127.0.0.1:" in looked.stdout
    assert "takes the account" in looked.stdout
    assert lms.requests == []


def test_doctor_says_what_is_wrong_with_the_record_store(rounds: Rounds, lms: RecordStore, address: str) -> None:
    looked = rounds("doctor", **{**settings(lms, address), "ROUNDS_LRS_PASSWORD": "hush-wrong"})

    assert looked.returncode == 1
    assert "it doesn't take the username and password. Check ROUNDS_LRS_URL, _USERNAME, and _PASSWORD" in looked.stdout
    assert "hush" not in looked.stdout + looked.stderr


def test_without_a_record_store_doctor_names_none(rounds: Rounds) -> None:
    assert "LRS" not in rounds("doctor").stdout

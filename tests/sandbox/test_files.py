"""Files that the app sends, with slack_sdk's own upload in three steps."""

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox, SandboxUser
from tests.sandbox.builders import manifest, without
from tests.sandbox.conftest import Start, client_of
from tests.sandbox.test_chat import error_of
from tests.waits import LONGEST


async def test_file_from_the_app_reaches_the_person(slack: AsyncWebClient, amara: SandboxUser):
    await slack.files_upload_v2(
        channel="D0AMARA", filename="journal.md", title="Your journal", content="# Mine", initial_comment="Here it is"
    )

    (message,) = await amara.messages()
    (file,) = message["files"]
    assert (message["text"], message["bot"], file["name"]) == ("Here it is", True, "journal.md")
    assert await amara.download(file["url"]) == b"# Mine"


async def test_file_that_is_not_posted_is_nobodys(slack: AsyncWebClient, sandbox: Sandbox, amara: SandboxUser):
    await slack.files_upload_v2(filename="journal.md", content="# Mine")

    (file,) = sandbox.workspace.files.values()
    assert (file.content, file.shared) == (b"# Mine", ())
    assert await amara.messages() == []


async def test_file_of_another_channel_cannot_be_downloaded(
    slack: AsyncWebClient, amara: SandboxUser, priya: SandboxUser
):
    await slack.files_upload_v2(channel="D0AMARA", filename="journal.md", content="# Mine")
    (message,) = await amara.messages()
    url = message["files"][0]["url"].replace("U0AMARA", "U0PRIYA")

    async with aiohttp.ClientSession() as session, session.get(f"{slack.base_url.removesuffix('/api/')}{url}") as reply:
        assert (await reply.json())["error"] == "file_not_found"
    assert await priya.messages() == []


async def test_deleted_file_is_gone_from_its_message(slack: AsyncWebClient, amara: SandboxUser):
    uploaded = await slack.files_upload_v2(channel="D0AMARA", filename="journal.md", content="# Mine")

    await slack.files_delete(file=uploaded["file"]["id"])

    (message,) = await amara.messages()
    assert message["files"] == []
    assert await error_of(slack.files_info(file=uploaded["file"]["id"])) == "file_not_found"


async def test_app_cannot_delete_what_a_person_sent(slack: AsyncWebClient, amara: SandboxUser):
    (file_id,) = await amara.send_file("pack.zip", b"PK")

    assert await error_of(slack.files_delete(file=file_id)) == "cant_delete_file"


async def test_upload_is_complete_only_when_all_bytes_arrived(slack: AsyncWebClient):
    asked = await slack.files_getUploadURLExternal(filename="a.txt", length=3)
    complete = slack.files_completeUploadExternal(files=[{"id": asked["file_id"], "title": "A"}])
    assert await error_of(complete) == "file_not_found"

    async with aiohttp.ClientSession() as session:
        async with session.post(asked["upload_url"], data=b"too long") as reply:
            assert (reply.status, await reply.text()) == (400, "length_mismatch")
        async with session.post(asked["upload_url"], data=b"abc") as reply:
            assert (reply.status, await reply.text()) == (200, "OK - 3")
        complete = slack.files_completeUploadExternal(files=[{"id": asked["file_id"], "title": "A"}])
        assert (await complete)["files"][0]["title"] == "A"
        async with session.post(asked["upload_url"], data=b"abc") as reply:
            assert (reply.status, await reply.text()) == (400, "invalid_upload_url")


async def test_upload_as_a_form_works_too(slack: AsyncWebClient, sandbox: Sandbox):
    asked = await slack.files_getUploadURLExternal(filename="a.txt", length=3)
    form = aiohttp.FormData()
    form.add_field("file", b"abc", filename="a.txt")

    async with aiohttp.ClientSession() as session, session.post(asked["upload_url"], data=form) as reply:
        assert reply.status == 200
    assert sandbox.workspace.files[asked["file_id"]].content == b"abc"


async def test_file_cannot_be_posted_where_the_bot_is_not(slack: AsyncWebClient):
    asked = await slack.files_getUploadURLExternal(filename="a.txt", length=3)
    files = [{"id": asked["file_id"], "title": "A"}]

    posted = slack.files_completeUploadExternal(files=files, channel_id="C0GENERAL")

    assert await error_of(posted) == "not_in_channel"


async def test_files_need_their_scopes(start: Start):
    sandbox = await start(manifest(scopes=without("files:read", "files:write")))
    slack = client_of(sandbox)

    assert await error_of(slack.files_getUploadURLExternal(filename="a.txt", length=3)) == "missing_scope"
    async with SandboxUser(sandbox.url, "U0AMARA", LONGEST) as amara:
        (file_id,) = await amara.send_file("pack.zip", b"PK")
    token = {"Authorization": f"Bearer {sandbox.bot_token}"}
    path = f"{sandbox.url}/files/{file_id}/pack.zip"
    async with aiohttp.ClientSession(headers=token) as session, session.get(path) as reply:
        assert reply.status == 403

"""A Bolt app in the sandbox: commands, buttons, modals, Home and files, as a person meets them."""

import contextlib
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp

from bot.sandbox import RefusedBySandbox, Sandbox, SandboxUser
from tests.sandbox.builders import actions, asked, button, home, line, modal, options, plain, section
from tests.sandbox.conftest import Clock, Connect
from tests.sandbox.test_chat import error_of

Ack = Any
Client = Any
Json = dict[str, Any]


async def test_command_carries_what_slack_sends(app: AsyncApp, connect: Connect, amara: SandboxUser):
    seen: list[Json] = []

    @app.command("/tip")
    async def tip(ack: Ack, body: Json) -> None:
        seen.append(body)
        await ack()

    await connect(app)
    await amara.run_command("/tip", "conflict two nurses & me", channel="C0WARD")

    (body,) = seen
    assert (body["command"], body["text"]) == ("/tip", "conflict two nurses & me")
    assert (body["user_id"], body["channel_id"], body["channel_name"]) == ("U0AMARA", "C0WARD", "ward-managers")
    assert (body["team_id"], body["api_app_id"], body["is_enterprise_install"]) == ("T0RIVER", "A0ROUNDS", "false")
    assert body["trigger_id"]
    assert body["response_url"].startswith("http://127.0.0.1:")


async def test_command_that_asks_for_it_gets_mentions_as_ids(app: AsyncApp, connect: Connect, amara: SandboxUser):
    seen: list[str] = []

    @app.command("/ask")
    async def ask(ack: Ack, command: Json) -> None:
        seen.append(command["text"])
        await ack()

    await connect(app)
    await amara.send_message("/ask @priya in #ward-managers <now>")

    assert seen == ["<@U0PRIYA> in <#C0WARD|ward-managers> &lt;now&gt;"]


async def test_acknowledgement_with_words_is_an_ephemeral_answer(app: AsyncApp, connect: Connect, amara: SandboxUser):
    @app.command("/tip")
    async def tip(ack: Ack) -> None:
        await ack(text="Here is a tip", blocks=[section("Here is a tip")])

    await connect(app)
    assert await amara.send_message("/tip") == ""

    (message,) = await amara.messages()
    assert (message["text"], message["ephemeral"], message["bot"]) == ("Here is a tip", True, True)
    assert message["blocks"][0]["text"]["text"] == "Here is a tip"


async def test_unknown_command_is_told_apart(amara: SandboxUser):
    with pytest.raises(RefusedBySandbox, match="/nonsense is not a valid command") as refused:
        await amara.send_message("/nonsense at all")

    assert refused.value.error == "unknown_command"


async def test_response_url_answers_replaces_and_takes_back(app: AsyncApp, connect: Connect, amara: SandboxUser):
    @app.command("/tip")
    async def tip(ack: Ack, respond: Any) -> None:
        await ack()
        await respond("First")
        await respond("Second", replace_original=True)
        await respond("For all", response_type="in_channel")

    await connect(app)
    await amara.run_command("/tip", channel="C0WARD")
    await amara.wait_for_message(lambda message: message["text"] == "For all", "C0WARD")

    shown = [(message["text"], message["ephemeral"]) for message in await amara.messages("C0WARD")]
    assert shown == [("Second", True), ("For all", False)]


async def test_response_url_works_five_times_within_half_an_hour(
    app: AsyncApp, connect: Connect, amara: SandboxUser, clock: Clock
):
    answers: list[tuple[int, str]] = []

    @app.command("/tip")
    async def tip(ack: Ack, command: Json, respond: Any) -> None:
        await ack()
        if command["text"] == "late":
            clock.advance(30 * 60 + 1)
        for number in range(6):
            answer = await respond(f"{command['text']} {number}")
            answers.append((answer.status_code, answer.body))

    await connect(app)
    await amara.run_command("/tip", "early")
    await amara.wait_until(lambda: seen(answers, 6))
    await amara.run_command("/tip", "late")
    await amara.wait_until(lambda: seen(answers, 12))

    assert answers[4] == (200, "ok")
    assert answers[5][0] == 404
    assert '"used_url"' in answers[5][1]
    assert '"expired_url"' in answers[6][1]
    assert len(await amara.messages()) == 5


async def seen(found: list[Any], count: int) -> bool:
    return len(found) >= count


async def test_button_in_a_message_carries_message_state_and_value(app: AsyncApp, connect: Connect, amara: SandboxUser):
    presses: list[Json] = []

    @app.action("answer")
    async def answer(ack: Ack, body: Json, respond: Any) -> None:
        presses.append(body)
        await ack()
        await respond("You chose B", replace_original=True)

    await connect(app)
    choice = {"type": "static_select", "action_id": "shift", "options": options("day", "night")}
    blocks = [section("Your call"), actions(button("answer", "B"), choice)]
    posted = await app.client.chat_postMessage(channel="U0AMARA", text="Your call", blocks=blocks)
    await amara.click("answer", state={"row": {"shift": "night"}})
    await amara.wait_for_message(lambda message: message["text"] == "You chose B")

    (body,) = presses
    assert (body["type"], body["user"]["id"], body["team"]["id"]) == ("block_actions", "U0AMARA", "T0RIVER")
    assert body["container"] == {
        "type": "message",
        "message_ts": posted["ts"],
        "channel_id": "D0AMARA",
        "is_ephemeral": False,
    }
    assert body["channel"] == {"id": "D0AMARA", "name": "directmessage"}
    assert body["message"]["blocks"] == posted["message"]["blocks"]
    assert body["state"]["values"]["row"]["shift"]["selected_option"]["value"] == "night"
    (action,) = body["actions"]
    assert (action["type"], action["action_id"], action["value"], action["block_id"]) == (
        "button",
        "answer",
        "B",
        "row",
    )
    assert action["action_ts"] > posted["ts"]


async def test_button_in_an_ephemeral_message_replaces_or_deletes_it(
    app: AsyncApp, connect: Connect, amara: SandboxUser, priya: SandboxUser
):
    presses: list[Json] = []

    @app.command("/tip")
    async def tip(ack: Ack) -> None:
        await ack(text="A tip", blocks=[actions(button("another"), button("done"))])

    @app.action("another")
    async def another(ack: Ack, body: Json, respond: Any) -> None:
        presses.append(body)
        await ack()
        await respond(text="Another tip", blocks=[actions(button("done"))], replace_original=True)

    @app.action("done")
    async def done(ack: Ack, respond: Any) -> None:
        await ack()
        await respond(delete_original=True)

    await connect(app)
    await amara.run_command("/tip", channel="C0WARD")
    await amara.click("another", channel="C0WARD")
    await amara.wait_for_message(lambda message: message["text"] == "Another tip", "C0WARD")
    assert await priya.messages("C0WARD") == []
    await amara.click("done", channel="C0WARD")
    await amara.wait_until(lambda: no_messages(amara))

    assert presses[0]["container"]["is_ephemeral"]
    assert "message" not in presses[0]


async def no_messages(person: SandboxUser) -> bool:
    return await person.messages("C0WARD") == []


async def test_choice_carries_its_whole_option(app: AsyncApp, connect: Connect, amara: SandboxUser):
    chosen: list[Json] = []

    @app.action("skill")
    async def skill(ack: Ack, action: Json) -> None:
        chosen.append(action)
        await ack()

    await connect(app)
    menu = {"type": "static_select", "action_id": "skill", "placeholder": plain("A skill"), "options": options("eq")}
    await app.client.chat_postMessage(channel="U0AMARA", text="Choose", blocks=[actions(menu)])
    await amara.click("skill", selected="eq")

    assert chosen[0]["selected_option"] == {"text": {**plain("Eq"), "emoji": True}, "value": "eq"}
    assert chosen[0]["placeholder"]["text"] == "A skill"
    assert "options" not in chosen[0]
    with pytest.raises(RefusedBySandbox, match="doesn't offer 'finance'"):
        await amara.click("skill", selected="finance")


async def test_pressing_what_is_not_there_is_refused(amara: SandboxUser):
    with pytest.raises(RefusedBySandbox, match="no_such_action"):
        await amara.click("nothing")


def asks(app: AsyncApp, view: Json) -> None:
    """Give the app a command that opens this modal."""

    @app.command("/tip")
    async def tip(ack: Ack, body: Json, client: Client) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=view)


async def test_modal_is_opened_filled_in_and_submitted(app: AsyncApp, connect: Connect, amara: SandboxUser):
    submitted: list[Json] = []
    many = {"type": "checkboxes", "options": options("mon", "tue", "wed")}
    asks(
        app,
        modal(
            line("words", multiline=True),
            asked("days", many, optional=True),
            asked("at", {"type": "timepicker", "initial_time": "09:00"}),
            asked("who", {"type": "multi_users_select"}, optional=True),
            private_metadata="7f",
        ),
    )

    @app.view("asked")
    async def saved(ack: Ack, body: Json, view: Json) -> None:
        submitted.append(body)
        await ack()

    await connect(app)
    await amara.run_command("/tip")
    await amara.wait_for_modal()
    assert await amara.submit({"words": "One point is open", "days": ["mon", "wed"], "who": ["U0PRIYA"]}) == {}

    assert await amara.modal() is None
    body = submitted[0]
    values = body["view"]["state"]["values"]
    assert values["words_block"]["words"] == {"type": "plain_text_input", "value": "One point is open"}
    assert [day["value"] for day in values["days_block"]["days"]["selected_options"]] == ["mon", "wed"]
    assert values["at_block"]["at"] == {"type": "timepicker", "selected_time": "09:00"}
    assert values["who_block"]["who"]["selected_users"] == ["U0PRIYA"]
    assert (body["type"], body["view"]["private_metadata"], body["response_urls"]) == ("view_submission", "7f", [])
    assert body["view"]["root_view_id"] == body["view"]["id"]


async def test_required_and_too_long_words_are_stopped_before_the_app_hears(
    app: AsyncApp, connect: Connect, amara: SandboxUser
):
    asks(app, modal(line("words", max_length=10, min_length=2)))
    await connect(app)
    await amara.run_command("/tip")
    await amara.wait_for_modal()

    assert await amara.submit() == {"words_block": "Please complete this required field."}
    assert await amara.submit({"words": "x"}) == {"words_block": "Please write at least 2 characters."}
    assert await amara.submit({"words": "x" * 11}) == {
        "words_block": "Please write at most 10 characters. This has 11."
    }


async def test_errors_that_the_app_names_leave_the_modal_open(app: AsyncApp, connect: Connect, amara: SandboxUser):
    asks(app, modal(line("words")))

    @app.view("asked")
    async def saved(ack: Ack) -> None:
        await ack(response_action="errors", errors={"words_block": "This may name a patient."})

    await connect(app)
    await amara.run_command("/tip")
    await amara.wait_for_modal()

    assert await amara.submit({"words": "Mrs K"}) == {"words_block": "This may name a patient."}
    view = await amara.modal()
    assert view is not None
    assert view["state"]["values"]["words_block"]["words"]["value"] == "Mrs K"


async def test_errors_for_fields_that_are_not_there_are_the_apps_fault(
    app: AsyncApp, connect: Connect, amara: SandboxUser
):
    asks(app, modal(line("words")))

    @app.view("asked")
    async def saved(ack: Ack) -> None:
        await ack(response_action="errors", errors={"other_block": "No"})

    await connect(app)
    await amara.run_command("/tip")
    await amara.wait_for_modal()

    with pytest.raises(RefusedBySandbox, match="invalid_errors"):
        await amara.submit({"words": "Words"})


@pytest.mark.parametrize(("action", "titles"), [("update", ["Second"]), ("push", ["A modal", "Second"]), ("clear", [])])
async def test_submission_can_update_push_or_clear(
    app: AsyncApp, connect: Connect, amara: SandboxUser, action: str, titles: list[str]
):
    asks(app, modal(line("words")))

    @app.view("asked")
    async def saved(ack: Ack) -> None:
        view = {} if action == "clear" else {"view": modal(section(), title=plain("Second"))}
        await ack(response_action=action, **view)

    await connect(app)
    await amara.run_command("/tip")
    await amara.wait_for_modal()
    await amara.submit({"words": "Words"})

    views = await amara.views()
    assert [view["title"]["text"] for view in views] == titles
    if action == "push":
        assert views[1]["previous_view_id"] == views[0]["id"] == views[1]["root_view_id"]


async def test_invalid_view_in_an_acknowledgement_is_refused_with_its_problems(
    app: AsyncApp, connect: Connect, amara: SandboxUser
):
    asks(app, modal(line("words")))

    @app.view("asked")
    async def saved(ack: Ack) -> None:
        await ack(response_action="update", view=modal(section("x" * 3001)))

    await connect(app)
    await amara.run_command("/tip")
    await amara.wait_for_modal()

    with pytest.raises(RefusedBySandbox) as refused:
        await amara.submit({"words": "Words"})
    assert "must be less than 3001 characters" in refused.value.answer["response_metadata"]["messages"][0]


async def test_button_in_a_modal_can_push_and_what_was_entered_stays(
    app: AsyncApp, connect: Connect, amara: SandboxUser
):
    asks(app, modal(line("words"), actions(button("more"))))

    @app.action("more")
    async def more(ack: Ack, body: Json, client: Client) -> None:
        await ack()
        assert body["container"] == {"type": "view", "view_id": body["view"]["id"]}
        assert body["view"]["state"]["values"]["words_block"]["words"]["value"] == "So far"
        pushed = modal(section(), callback_id="info", title=plain("More"))
        await client.views_push(trigger_id=body["trigger_id"], view=pushed)

    await connect(app)
    await amara.run_command("/tip")
    await amara.wait_for_modal()
    await amara.click("more", state={"words_block": {"words": "So far"}})
    await amara.wait_for_modal(lambda view: view["title"]["text"] == "More")
    await amara.close_modal()

    view = await amara.modal()
    assert view is not None
    assert view["state"]["values"]["words_block"]["words"]["value"] == "So far"


async def test_app_hears_of_a_closed_modal_when_it_asks_to(app: AsyncApp, connect: Connect, amara: SandboxUser):
    closed: list[Json] = []
    asks(app, modal(line("words"), notify_on_close=True))

    @app.view_closed("asked")
    async def noted(ack: Ack, body: Json) -> None:
        closed.append(body)
        await ack()

    await connect(app)
    await amara.run_command("/tip")
    await amara.wait_for_modal()
    await amara.close_modal()

    assert (closed[0]["type"], closed[0]["is_cleared"]) == ("view_closed", False)
    assert await amara.modal() is None


async def test_trigger_opens_one_modal_within_three_seconds(
    app: AsyncApp, connect: Connect, amara: SandboxUser, clock: Clock
):
    triggers: list[str] = []

    @app.command("/tip")
    async def tip(ack: Ack, body: Json) -> None:
        triggers.append(body["trigger_id"])
        await ack()

    await connect(app)
    for _ in range(2):
        await amara.run_command("/tip")
    fresh, old = triggers

    async def opened(trigger_id: str) -> str:
        return await error_of(app.client.views_open(trigger_id=trigger_id, view=modal()))

    await app.client.views_open(trigger_id=fresh, view=modal())
    assert await opened(fresh) == "exchanged_trigger_id"
    clock.advance(3.1)
    assert await opened(old) == "expired_trigger_id"
    assert await opened("1.2.3") == "invalid_trigger_id"


async def test_home_is_published_for_the_one_who_opens_it(
    app: AsyncApp, connect: Connect, amara: SandboxUser, priya: SandboxUser
):
    opened: list[Json] = []

    @app.event("app_home_opened")
    async def show(event: Json, client: Client) -> None:
        opened.append(event)
        await client.views_publish(user_id=event["user"], view=home(section("Good morning")))

    await connect(app)
    assert await amara.home() is None
    await amara.open_home()
    view = await amara.wait_for_home()
    await amara.open_home()
    await amara.wait_until(lambda: seen(opened, 2))

    assert view["blocks"][0]["text"]["text"] == "Good morning"
    assert (opened[0]["tab"], opened[0]["channel"], "view" in opened[0]) == ("home", "D0AMARA", False)
    assert opened[1]["view"]["id"] == view["id"]
    assert await priya.home() is None


async def test_file_from_a_person_can_be_fetched_with_the_bots_token_also_after_a_reinstall(
    app: AsyncApp, connect: Connect, amara: SandboxUser, sandbox: Sandbox
):
    events: list[Json] = []

    @app.event({"type": "message", "subtype": "file_share"})
    async def shared(event: Json) -> None:
        events.append(event)

    await connect(app)
    (file_id,) = await amara.send_file("ward pack.zip", b"PK\x03\x04", "Please load this")
    await amara.wait_until(lambda: seen(events, 1))

    (file,) = events[0]["files"]
    assert (file["id"], file["name"], file["size"], file["user"]) == (file_id, "ward pack.zip", 4, "U0AMARA")
    assert events[0]["text"] == "Please load this"
    assert (await app.client.files_info(file=file_id))["file"]["ims"] == ["D0AMARA"]
    async with aiohttp.ClientSession() as session:
        async with session.get(file["url_private_download"]) as refused:
            assert refused.status == 401
        token = {"Authorization": f"Bearer {sandbox.bot_token}"}
        async with session.get(file["url_private_download"], headers=token) as reply:
            assert await reply.read() == b"PK\x03\x04"
        sandbox.uninstall()
        fresh = {"Authorization": f"Bearer {sandbox.install()}"}
        async with session.get(file["url_private_download"], headers=token) as revoked:
            assert revoked.status == 401
        async with session.get(file["url_private_download"], headers=fresh) as reply:
            assert await reply.read() == b"PK\x03\x04"


async def test_file_input_hands_the_app_whole_files(
    app: AsyncApp, connect: Connect, amara: SandboxUser, sandbox: Sandbox
):
    submitted: list[Json] = []
    asks(app, modal(asked("pack", {"type": "file_input", "max_files": 1})))

    @app.view("asked")
    async def saved(ack: Ack, view: Json) -> None:
        submitted.append(view["state"]["values"]["pack_block"]["pack"])
        await ack()

    await connect(app)
    await amara.run_command("/tip")
    await amara.wait_for_modal()
    assert await amara.submit({"pack": []}) == {"pack_block": "Please complete this required field."}
    file_id = await amara.upload_file("pack.zip", b"PK")
    await amara.submit({"pack_block": {"pack": [file_id]}})

    (file,) = submitted[0]["files"]
    assert (file["id"], file["name"], file["ims"]) == (file_id, "pack.zip", [])
    assert sandbox.workspace.files[file_id].content == b"PK"


async def test_closing_clears_the_whole_stack_when_the_modal_says_so(
    app: AsyncApp, connect: Connect, amara: SandboxUser, sandbox: Sandbox
):
    asks(app, modal(line("words")))
    await connect(app)
    await amara.run_command("/tip")
    await amara.wait_for_modal()
    pushed = modal(section(), clear_on_close=True)
    await app.client.views_push(trigger_id=sandbox.triggers.issue("U0AMARA"), view=pushed)
    await amara.close_modal()

    assert await amara.views() == []


async def test_press_on_a_message_that_changed_meanwhile_is_refused(
    app: AsyncApp, connect: Connect, amara: SandboxUser, sandbox: Sandbox
):
    await connect(app)
    posted = await app.client.chat_postMessage(channel="U0AMARA", text="Go", blocks=[actions(button("go"))])
    press = {"container": "message", "channel": "dm", "ts": posted["ts"], "block_id": "row", "action_id": "go"}
    url = f"{sandbox.url}/sandbox/people/U0AMARA/actions"

    async with aiohttp.ClientSession() as session:
        await app.client.chat_update(channel="D0AMARA", ts=posted["ts"], text="Gone")
        async with session.post(url, json=press) as reply:
            assert (await reply.json())["error"] == "no_such_action"
        await app.client.chat_delete(channel="D0AMARA", ts=posted["ts"])
        async with session.post(url, json=press) as reply:
            assert (await reply.json())["error"] == "message_not_found"


async def test_response_url_refuses_what_slack_refuses(app: AsyncApp, connect: Connect, amara: SandboxUser):
    urls: list[str] = []

    @app.command("/tip")
    async def tip(ack: Ack, command: Json) -> None:
        urls.append(command["response_url"])
        await ack()

    await connect(app)
    await amara.run_command("/tip")

    async with aiohttp.ClientSession() as session:
        for body, status, error in (
            ("{", 400, "invalid_payload"),
            ("[]", 400, "invalid_payload"),
            ('{"text": ""}', 400, "no_text"),
            ('{"blocks": [{"type": "nonsense"}]}', 400, "invalid_blocks"),
        ):
            async with session.post(urls[0], data=body) as reply:
                assert (reply.status, (await reply.json())["error"]) == (status, error)
        async with session.post(urls[0] + "x", json={"text": "Hi"}) as reply:
            assert (reply.status, (await reply.json())["error"]) == (404, "no_such_url")
    assert await amara.messages() == []


async def test_invalid_blocks_in_an_acknowledgement_fail_the_command_with_their_reason(
    app: AsyncApp, connect: Connect, amara: SandboxUser
):
    @app.command("/tip")
    async def tip(ack: Ack) -> None:
        await ack(text="A tip", blocks=[section("x" * 3001)])

    await connect(app)
    with pytest.raises(RefusedBySandbox, match="invalid_blocks") as refused:
        await amara.run_command("/tip")

    assert "must be less than 3001" in refused.value.answer["response_metadata"]["messages"][0]
    (message,) = await amara.messages()
    assert message["text"] == '/tip failed with the error "invalid_blocks"'


@pytest.mark.parametrize("ack_seconds", [0.5])
async def test_listener_that_never_acknowledges_leaves_the_person_a_way_to_try_again(
    app: AsyncApp, connect: Connect, amara: SandboxUser
):
    asks(app, modal(line("words")))

    @app.view("asked")
    async def forgets() -> None:
        return None

    await connect(app)
    with contextlib.suppress(RefusedBySandbox):  # on a busy machine, the command is acknowledged too late as well
        await amara.run_command("/tip")
    await amara.wait_for_modal()

    with pytest.raises(RefusedBySandbox, match="We had some trouble connecting") as refused:
        await amara.submit({"words": "Words"})
    assert refused.value.error == "operation_timeout"
    assert await amara.modal() is not None

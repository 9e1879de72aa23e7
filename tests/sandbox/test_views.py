"""views.*, as slack_sdk's own client sees them."""

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.models.views import View as SdkView
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox, SandboxUser
from tests.sandbox.builders import Json, asked, button, home, line, manifest, modal, options, plain, section
from tests.sandbox.conftest import Clock, Start, client_of
from tests.sandbox.test_chat import error_of


def trigger(sandbox: Sandbox, user: str = "U0AMARA") -> str:
    return sandbox.triggers.issue(user)


async def opened(sandbox: Sandbox, slack: AsyncWebClient, view: Json | None = None) -> Json:
    answer = await slack.views_open(trigger_id=trigger(sandbox), view=view or modal())
    shown: Json = answer["view"]
    return shown


async def test_view_comes_back_as_slack_sends_it(sandbox: Sandbox, slack: AsyncWebClient):
    view = await opened(sandbox, slack, modal(private_metadata="7f"))

    assert SdkView(**view).id == view["id"]
    assert (view["type"], view["callback_id"], view["private_metadata"]) == ("modal", "asked", "7f")
    assert (view["root_view_id"], view["previous_view_id"], view["app_id"]) == (view["id"], None, "A0ROUNDS")
    assert view["title"] == {"type": "plain_text", "text": "A modal", "emoji": True}


async def test_invalid_view_is_refused_with_every_problem(sandbox: Sandbox, slack: AsyncWebClient):
    wrong = modal(section("x" * 3001), title=plain("A title that is far too long"))

    with pytest.raises(SlackApiError) as refused:
        await slack.views_open(trigger_id=trigger(sandbox), view=wrong)

    assert refused.value.response["error"] == "invalid_arguments"
    assert refused.value.response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]",
        "[ERROR] must be less than 3001 characters [json-pointer:/view/blocks/0/text/text]",
    ]


async def test_refused_view_does_not_use_up_its_trigger(sandbox: Sandbox, slack: AsyncWebClient):
    trigger_id = trigger(sandbox)

    assert await error_of(slack.views_open(trigger_id=trigger_id, view=home())) == "invalid_arguments"
    assert (await slack.views_open(trigger_id=trigger_id, view=modal()))["ok"]


async def test_view_that_is_too_large_has_an_error_of_its_own(sandbox: Sandbox, slack: AsyncWebClient):
    many = options(*(f"{n}" + "x" * 60 for n in range(100)))
    large = modal(*(asked(f"a{n}", {"type": "static_select", "options": many}) for n in range(20)))

    assert await error_of(slack.views_open(trigger_id=trigger(sandbox), view=large)) == "view_too_large"


async def test_views_stand_three_deep_at_most(sandbox: Sandbox, slack: AsyncWebClient, amara: SandboxUser):
    first = await opened(sandbox, slack)
    for _ in range(2):
        pushed = (await slack.views_push(trigger_id=trigger(sandbox), view=modal()))["view"]

    assert pushed["root_view_id"] == first["id"]
    assert await error_of(slack.views_push(trigger_id=trigger(sandbox), view=modal())) == "push_limit_reached"
    assert len(await amara.views()) == 3


async def test_nothing_can_be_pushed_where_nothing_is_open(sandbox: Sandbox, slack: AsyncWebClient):
    assert await error_of(slack.views_push(trigger_id=trigger(sandbox), view=modal())) == "not_found"


async def test_update_needs_the_hash_that_the_view_has_now(sandbox: Sandbox, slack: AsyncWebClient):
    view = await opened(sandbox, slack)

    updated = await slack.views_update(view_id=view["id"], hash=view["hash"], view=modal(section("Second")))

    assert updated["view"]["hash"] != view["hash"]
    stale = slack.views_update(view_id=view["id"], hash=view["hash"], view=modal(section("Third")))
    assert await error_of(stale) == "hash_conflict"
    assert await error_of(slack.views_update(view_id="V0NONE", view=modal())) == "not_found"


async def test_update_keeps_what_was_entered_where_the_field_stays(
    sandbox: Sandbox, slack: AsyncWebClient, amara: SandboxUser
):
    both = modal(line("kept"), line("changed"), optional_button())
    view = await opened(sandbox, slack, both)
    entered = {"kept_block": {"kept": "Mine"}, "changed_block": {"changed": "Gone"}}
    with pytest.raises(Exception, match="no_app_connected"):
        await amara.click("go", state=entered)

    menu = {"type": "static_select", "options": options("one")}
    updated = await slack.views_update(view_id=view["id"], view=modal(line("kept"), asked("changed", menu)))

    values = updated["view"]["state"]["values"]
    assert values["kept_block"]["kept"]["value"] == "Mine"
    assert values["changed_block"]["changed"] == {"type": "static_select", "selected_option": None}


def optional_button() -> Json:
    return {"type": "actions", "block_id": "row", "elements": [button("go")]}


async def test_external_id_names_one_view_at_a_time(sandbox: Sandbox, slack: AsyncWebClient):
    named = modal(external_id="mine")
    await opened(sandbox, slack, named)

    updated = await slack.views_update(external_id="mine", view=modal(section("Second"), external_id="mine"))

    assert updated["view"]["external_id"] == "mine"
    other = slack.views_open(trigger_id=trigger(sandbox, "U0PRIYA"), view=named)
    assert await error_of(other) == "duplicate_external_id"


async def test_home_is_published_again_under_its_hash(slack: AsyncWebClient, clock: Clock, amara: SandboxUser):
    first = (await slack.views_publish(user_id="U0AMARA", view=home()))["view"]
    clock.advance(1)
    second = (await slack.views_publish(user_id="U0AMARA", view=home(section("New")), hash=first["hash"]))["view"]

    assert first["id"] == second["id"]
    stale = slack.views_publish(user_id="U0AMARA", view=home(), hash=first["hash"])
    assert await error_of(stale) == "hash_conflict"
    view = await amara.home()
    assert view is not None
    assert view["blocks"][0]["text"]["text"] == "New"


async def test_home_needs_a_person_and_the_home_tab(slack: AsyncWebClient, start: Start):
    assert await error_of(slack.views_publish(user_id="U0NOBODY", view=home())) == "user_not_found"
    sandbox = await start(manifest(home={"home_tab_enabled": False}))
    assert await error_of(client_of(sandbox).views_publish(user_id="U0AMARA", view=home())) == "not_enabled"

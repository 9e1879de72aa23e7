"""Pressing, choosing and submitting: what people do with blocks, modals and the Home."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.elements import HELD, complaints, elements_in, find_element, state_of
from bot.sandbox.interactions import Interaction, action_of
from bot.sandbox.model import Json, Message, View
from bot.sandbox.people.visit import Fields, Visit
from bot.sandbox.refusal import Refused
from bot.sandbox.web_api.views import checked


async def press(visit: Visit) -> Json:
    """Use an element in a message or a view, and wait until the app has acknowledged it."""
    container = visit.word("container")
    if container == "message":
        payload = _pressed_in_message(visit)
    elif container == "view":
        payload = _pressed_in_view(visit)
    else:
        raise Refused("invalid_request", detail="A container is a 'message' or a 'view'.")
    await visit.tell_app("interactive", payload)
    return {"ok": True}


async def open_home(visit: Visit) -> Json:
    """Look at the app: its Home, or with `tab` its messages."""
    parts, tab = visit.parts, visit.word("tab", default="home")
    if not parts.manifest.home_tab:
        raise Refused("home_tab_disabled")
    event: Json = {
        "type": "app_home_opened",
        "user": visit.person.id,
        "channel": parts.workspace.dm_of(visit.person.id).id,
        "tab": tab,
        "event_ts": parts.workspace.next_ts(parts.clock()),
    }
    home = parts.views.home(visit.person.id)
    if home is not None and tab == "home":
        event["view"] = parts.shapes.view(home)
    parts.events.emit("app_home_opened", event)
    return {"ok": True}


async def home(visit: Visit) -> Json:
    """What the app has published as this person's Home."""
    view = visit.parts.views.home(visit.person.id)
    return {"view": None if view is None else visit.parts.shapes.view(view)}


async def views(visit: Visit) -> list[Json]:
    """The modals that are open, the one on top last."""
    return [visit.parts.shapes.view(view) for view in visit.parts.views.stack(visit.person.id)]


async def submit(visit: Visit) -> Json:
    """Submit the modal; the answer tells what is wrong with which field, if anything is."""
    view = visit.view()
    view = visit.parts.views.enter(view, _with_files(visit, view.blocks, visit.entered("values")))
    if found := complaints(view.blocks, view.values):
        return {"ok": False, "errors": found}
    answer = await visit.tell_app("interactive", Interaction(visit.parts, visit.person).submitted(view))
    return _follow(visit, view, answer if isinstance(answer, dict) else {})


async def close(visit: Visit) -> Json:
    """Close the modal; the app hears of it when the view asks for that."""
    view = visit.view()
    if view.content.get("clear_on_close"):
        visit.parts.views.clear(visit.person.id)
    else:
        visit.parts.views.close(view)
    if view.content.get("notify_on_close"):
        await visit.tell_app("interactive", Interaction(visit.parts, visit.person).closed(view))
    return {"ok": True}


def _pressed_in_message(visit: Visit) -> Json:
    message = _seen_message(visit)
    block, element, entered = _pressed(visit, list(message.blocks))
    interaction = Interaction(visit.parts, visit.person)
    return interaction.pressed_in_message(message, _action(visit, block, element), entered)


def _pressed_in_view(visit: Visit) -> Json:
    view = visit.own_view(visit.word("view_id"))
    block, element, entered = _pressed(visit, view.blocks)
    view = visit.parts.views.enter(view, entered)
    return Interaction(visit.parts, visit.person).pressed_in_view(view, _action(visit, block, element))


def _pressed(visit: Visit, blocks: list[Json]) -> tuple[Json, Json, Fields]:
    """The block and element that were used, and what all fields hold after that."""
    block, element = find_element(blocks, visit.body.get("block_id"), visit.word("action_id"))
    entered = _with_files(visit, blocks, visit.entered("state"))
    if _stateful(element) and "selected" in visit.body:
        entered.setdefault(block["block_id"], {})[element["action_id"]] = visit.body["selected"]
    return block, element, entered


def _seen_message(visit: Visit) -> Message:
    channel = visit.channel(visit.word("channel"))
    message = visit.parts.workspace.message(channel.id, visit.word("ts"))
    if message is None or message.only_for not in (None, visit.person.id):
        raise Refused("message_not_found", detail="That message isn't there any more.")
    return message


def _action(visit: Visit, block: Json, element: Json) -> Json:
    state = state_of(element, visit.body.get("selected")) if element["type"] in HELD else {}
    return action_of(block, element, state, visit.parts.workspace.next_ts(visit.parts.clock()))


def _stateful(element: Json) -> bool:
    held = HELD.get(element["type"])
    return held is not None and held.in_state


def _with_files(visit: Visit, blocks: list[Json], entered: Fields) -> Fields:
    """What was entered; the ids of uploaded files become file objects, as Slack gives them to the app."""
    for block, element in elements_in(blocks):
        answers = entered.get(block["block_id"], {})
        if element["type"] == "file_input" and element["action_id"] in answers:
            known, ids = visit.parts.workspace.files, answers[element["action_id"]] or []
            answers[element["action_id"]] = [visit.parts.shapes.file(known[id_]) for id_ in ids if id_ in known]
    return entered


def _follow(visit: Visit, view: View, answer: Mapping[str, Any]) -> Json:
    """Do what the app answered to a submission: show errors, another view, or nothing more."""
    stack, action = visit.parts.views, answer.get("response_action")
    if action == "errors":
        return {"ok": False, "errors": _errors(view, answer.get("errors"))}
    if action == "update":
        stack.update(stack.get(view.id), checked(answer.get("view"), "modal"), None)
    elif action == "push":
        stack.push(visit.person.id, checked(answer.get("view"), "modal"))
    elif action == "clear":
        stack.clear(visit.person.id)
    elif action is None:
        stack.close(view)
    else:
        raise Refused("invalid_response_action", detail=f"The app answered with {action!r}, which Slack doesn't know.")
    return {"ok": True}


def _errors(view: View, errors: object) -> Json:
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not errors.keys() <= inputs:
        raise Refused("invalid_errors", detail="The app named errors for fields that the view hasn't got.")
    return errors

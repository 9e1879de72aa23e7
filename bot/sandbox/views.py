"""Modals and Homes: who has which open, on top of which, and in which version."""

import secrets
from collections.abc import Callable
from dataclasses import replace

from bot.sandbox.block_defaults import fill_in_blocks, fill_in_texts
from bot.sandbox.element_states import EnteredValues, element_state, find_element, interactive_elements, state_values
from bot.sandbox.model import Json, View, ViewKind
from bot.sandbox.page_updates import PageUpdates
from bot.sandbox.refusal import RequestRefused

MAX_STACKED_MODALS = 3
"""Modals on top of each other, from https://docs.slack.dev/surfaces/modals."""


class Views:
    """Every view that somebody has open. The content of a view is valid when it gets here: see `web_api.views`."""

    def __init__(self, watchers: PageUpdates, clock: Callable[[], float]) -> None:
        self._watchers = watchers
        self._clock = clock
        self._views: dict[str, View] = {}
        self._stacks: dict[str, list[str]] = {}
        self._homes: dict[str, str] = {}

    def stack(self, user: str) -> list[View]:
        """The modals that a person has open, the one on top last."""
        return [self._views[view_id] for view_id in self._stacks.get(user, ())]

    def home(self, user: str) -> View | None:
        """What the app published as this person's Home, None so far if nothing."""
        view_id = self._homes.get(user)
        return None if view_id is None else self._views[view_id]

    def get(self, view_id: str) -> View:
        """The view of this id. RequestRefused `not_found` once it is closed."""
        if view_id not in self._views:
            raise RequestRefused("not_found", detail="That view isn't open any more.")
        return self._views[view_id]

    def find_by_external_id(self, external_id: str) -> View:
        """The view that the app gave this external_id. RequestRefused `not_found`."""
        for view in self._views.values():
            if view.content.get("external_id") == external_id:
                return view
        raise RequestRefused("not_found")

    def open(self, user: str, content: Json) -> View:
        """Show a modal, in place of any that were open."""
        self._new_name(content)
        self.clear(user)
        return self._show(user, content, previous=None)

    def push(self, user: str, content: Json) -> View:
        """Show a modal on top of the open one. RequestRefused when none is open, or three are."""
        stack = self.stack(user)
        if not stack:
            raise RequestRefused("not_found")
        if len(stack) >= MAX_STACKED_MODALS:
            raise RequestRefused("push_limit_reached")
        self._new_name(content)
        return self._show(user, content, previous=stack[-1])

    def update(self, view: View, content: Json, expected_hash: str | None) -> View:
        """Show something else in an open view. What the person entered stays where a field stays, as at Slack.

        RequestRefused `hash_conflict` when the view is no longer as the app knew it.
        """
        if expected_hash is not None and expected_hash != view.hash:
            raise RequestRefused("hash_conflict")
        if content.get("external_id") != view.content.get("external_id"):
            self._new_name(content)
        updated = replace(view, content=_completed(content), hash=self._hash())
        updated = replace(updated, values=_kept(updated, view))
        return self._keep(updated, "home" if view.kind == "home" else "view_updated")

    def publish(self, user: str, content: Json, expected_hash: str | None) -> View:
        """Show this as a person's Home."""
        home = self.home(user)
        if home is not None:
            return self.update(home, content, expected_hash)
        view = self._new(user, "home", content, previous=None)
        self._homes[user] = view.id
        return self._keep(view, "home")

    def store_input(self, view: View, entered: EnteredValues) -> View:
        """Remember what a person enters in a view, over what they entered before. RequestRefused for fields it
        lacks."""
        values = {block_id: dict(fields) for block_id, fields in view.values.items()}
        for block_id, fields in entered.items():
            for action_id, chosen in fields.items():
                block, element = find_element(view.blocks, block_id, action_id)
                if action_id in values.get(block["block_id"], {}):
                    values[block_id][action_id] = element_state(element, chosen)
        self._views[view.id] = replace(view, values=values)
        return self._views[view.id]

    def close(self, view: View) -> None:
        """Take a modal away, and any on top of it. Nothing happens when it is gone already."""
        stack = self._stacks.get(view.user, [])
        if view.id in stack:
            keep = stack.index(view.id)
            self._forget(view.user, stack[keep:])
            self._stacks[view.user] = stack[:keep]

    def clear(self, user: str) -> None:
        """Take away every modal that a person has open."""
        self._forget(user, self._stacks.pop(user, []))

    def _show(self, user: str, content: Json, previous: View | None) -> View:
        view = self._new(user, "modal", content, previous)
        self._stacks.setdefault(user, []).append(view.id)
        return self._keep(view, "view_opened")

    def _new(self, user: str, kind: ViewKind, content: Json, previous: View | None) -> View:
        view_id = f"V0{secrets.token_hex(5).upper()}"
        view = View(
            id=view_id,
            kind=kind,
            user=user,
            content=_completed(content),
            hash=self._hash(),
            root_id=previous.root_id if previous else view_id,
            previous_id=previous.id if previous else None,
        )
        return replace(view, values=state_values(view.blocks, {}))

    def _keep(self, view: View, kind: str) -> View:
        self._views[view.id] = view
        self._watchers.notify(view.user, {"kind": kind, "view_id": view.id})
        return view

    def _forget(self, user: str, view_ids: list[str]) -> None:
        for view_id in view_ids:
            del self._views[view_id]
            self._watchers.notify(user, {"kind": "view_closed", "view_id": view_id})

    def _new_name(self, content: Json) -> None:
        name = content.get("external_id")
        if name and any(view.content.get("external_id") == name for view in self._views.values()):
            raise RequestRefused("duplicate_external_id")

    def _hash(self) -> str:
        return f"{int(self._clock())}.{secrets.token_hex(4)}"


def _completed(content: Json) -> Json:
    around = {name: fill_in_texts(value) for name, value in content.items() if name != "blocks"}
    return {**around, "blocks": fill_in_blocks(content["blocks"])}


def _kept(updated: View, before: View) -> dict[str, dict[str, Json]]:
    """The values of the updated view: those entered before, for each field that is still of the same kind."""
    values = state_values(updated.blocks, {})
    for block, element in interactive_elements(updated.blocks):
        old = before.values.get(block["block_id"], {}).get(element["action_id"])
        if old is not None and old["type"] == element["type"]:
            values[block["block_id"]][element["action_id"]] = old
    return values

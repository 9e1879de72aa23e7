"""Stores the modals and App Homes that people have open, with their order and versions."""

import secrets
from collections.abc import Callable
from dataclasses import replace

from bot.sandbox.block_defaults import fill_in_blocks, fill_in_texts
from bot.sandbox.element_states import EnteredValues, element_state, find_element, interactive_elements, state_values
from bot.sandbox.model import Json, View, ViewKind
from bot.sandbox.page_updates import PageUpdates
from bot.sandbox.refusal import RequestRefused

MAX_STACKED_MODALS = 3
"""Most modals on top of each other, from https://docs.slack.dev/surfaces/modals."""


class Views:
    """All open views. `web_api.views` validates their content before it gets here."""

    def __init__(self, page_updates: PageUpdates, clock: Callable[[], float]) -> None:
        self._page_updates = page_updates
        self._clock = clock
        self._views: dict[str, View] = {}
        self._stacks: dict[str, list[str]] = {}
        self._homes: dict[str, str] = {}

    def stack(self, user: str) -> list[View]:
        """Return a person's open modals, the top one last."""
        return [self._views[view_id] for view_id in self._stacks.get(user, ())]

    def home(self, user: str) -> View | None:
        """Return this person's published App Home, or None if there is none yet."""
        view_id = self._homes.get(user)
        return None if view_id is None else self._views[view_id]

    def get(self, view_id: str) -> View:
        """Return the view with this ID. Raises RequestRefused `not_found` if it is closed."""
        if view_id not in self._views:
            raise RequestRefused("not_found", detail="That view is closed.")
        return self._views[view_id]

    def find_by_external_id(self, external_id: str) -> View:
        """Return the view with this external_id. Raises RequestRefused `not_found`."""
        for view in self._views.values():
            if view.content.get("external_id") == external_id:
                return view
        raise RequestRefused("not_found")

    def open(self, user: str, content: Json) -> View:
        """Show a modal, and close any others."""
        self._check_external_id(content)
        self.clear(user)
        return self._show(user, content, previous=None)

    def push(self, user: str, content: Json) -> View:
        """Show a modal on top of the open one. Raises RequestRefused if none is open, or three are."""
        stack = self.stack(user)
        if not stack:
            raise RequestRefused("not_found")
        if len(stack) >= MAX_STACKED_MODALS:
            raise RequestRefused("push_limit_reached")
        self._check_external_id(content)
        return self._show(user, content, previous=stack[-1])

    def update(self, view: View, content: Json, expected_hash: str | None) -> View:
        """Replace the content of an open view. As in Slack, fields that stay keep their values.

        Raises RequestRefused `hash_conflict` if the view has changed since the app last saw it.
        """
        if expected_hash is not None and expected_hash != view.hash:
            raise RequestRefused("hash_conflict")
        if content.get("external_id") != view.content.get("external_id"):
            self._check_external_id(content)
        updated = replace(view, content=_fill_in(content), hash=self._hash())
        updated = replace(updated, values=_carry_values(updated, view))
        return self._save(updated, "home" if view.kind == "home" else "view_updated")

    def publish(self, user: str, content: Json, expected_hash: str | None) -> View:
        """Publish a person's App Home."""
        home = self.home(user)
        if home is not None:
            return self.update(home, content, expected_hash)
        view = self._new(user, "home", content, previous=None)
        self._homes[user] = view.id
        return self._save(view, "home")

    def store_input(self, view: View, entered: EnteredValues) -> View:
        """Store what a person enters in a view, over earlier values. Raises RequestRefused for unknown fields."""
        values = {block_id: dict(fields) for block_id, fields in view.values.items()}
        for block_id, fields in entered.items():
            for action_id, chosen in fields.items():
                block, element = find_element(view.blocks, block_id, action_id)
                if action_id in values.get(block["block_id"], {}):
                    values[block_id][action_id] = element_state(element, chosen)
        self._views[view.id] = replace(view, values=values)
        return self._views[view.id]

    def close(self, view: View) -> None:
        """Close a modal and any on top of it. Does nothing if it is already closed."""
        stack = self._stacks.get(view.user, [])
        if view.id in stack:
            position = stack.index(view.id)
            self._remove(view.user, stack[position:])
            self._stacks[view.user] = stack[:position]

    def clear(self, user: str) -> None:
        """Close every modal that a person has open."""
        self._remove(user, self._stacks.pop(user, []))

    def _show(self, user: str, content: Json, previous: View | None) -> View:
        view = self._new(user, "modal", content, previous)
        self._stacks.setdefault(user, []).append(view.id)
        return self._save(view, "view_opened")

    def _new(self, user: str, kind: ViewKind, content: Json, previous: View | None) -> View:
        view_id = f"V0{secrets.token_hex(5).upper()}"
        view = View(
            id=view_id,
            kind=kind,
            user=user,
            content=_fill_in(content),
            hash=self._hash(),
            root_id=previous.root_id if previous else view_id,
            previous_id=previous.id if previous else None,
        )
        return replace(view, values=state_values(view.blocks, {}))

    def _save(self, view: View, kind: str) -> View:
        self._views[view.id] = view
        self._page_updates.notify(view.user, {"kind": kind, "view_id": view.id})
        return view

    def _remove(self, user: str, view_ids: list[str]) -> None:
        for view_id in view_ids:
            del self._views[view_id]
            self._page_updates.notify(user, {"kind": "view_closed", "view_id": view_id})

    def _check_external_id(self, content: Json) -> None:
        name = content.get("external_id")
        if name and any(view.content.get("external_id") == name for view in self._views.values()):
            raise RequestRefused("duplicate_external_id")

    def _hash(self) -> str:
        return f"{int(self._clock())}.{secrets.token_hex(4)}"


def _fill_in(content: Json) -> Json:
    around = {name: fill_in_texts(value) for name, value in content.items() if name != "blocks"}
    return {**around, "blocks": fill_in_blocks(content["blocks"])}


def _carry_values(updated: View, before: View) -> dict[str, dict[str, Json]]:
    """Return the updated view's values, with earlier values for fields that still have the same type."""
    values = state_values(updated.blocks, {})
    for block, element in interactive_elements(updated.blocks):
        old = before.values.get(block["block_id"], {}).get(element["action_id"])
        if old is not None and old["type"] == element["type"]:
            values[block["block_id"]][element["action_id"]] = old
    return values

"""What was entered in a modal, for each kind of field."""

from typing import Any

import pytest

from bot.slack.form_values import entered

CHOSEN = {"text": {"type": "plain_text", "text": "A line"}, "value": "a"}


@pytest.mark.parametrize(
    ("state", "held"),
    [
        ({"type": "plain_text_input", "value": "Words"}, "Words"),
        ({"type": "plain_text_input", "value": None}, None),
        ({"type": "radio_buttons", "selected_option": CHOSEN}, "a"),
        ({"type": "radio_buttons", "selected_option": None}, None),
        ({"type": "checkboxes", "selected_options": [CHOSEN]}, ["a"]),
        ({"type": "checkboxes", "selected_options": []}, []),
        ({"type": "datepicker", "selected_date": "2026-12-07"}, "2026-12-07"),
        ({"type": "timepicker", "selected_time": None}, None),
        ({"type": "conversations_select", "selected_conversation": "C1"}, "C1"),
        ({"type": "multi_users_select", "selected_users": ["U1", "U2"]}, ["U1", "U2"]),
        ({"type": "file_input", "files": [{"id": "F1"}]}, [{"id": "F1"}]),
    ],
)
def test_each_kind_of_field_returns_its_value(state: dict[str, Any], held: Any) -> None:
    assert entered({"block": {"field": state}}) == {"field": held}

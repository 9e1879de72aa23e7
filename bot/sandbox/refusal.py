"""Refuses requests with Slack's error names."""


class RequestRefused(Exception):
    """A refused request. `error` is Slack's error name; `details` are more fields for the response."""

    def __init__(self, error: str, /, **more: object) -> None:
        super().__init__(error)
        self.error = error
        self.details = more


def validation_refusal(error: str, problems: list[str]) -> RequestRefused:
    """Build a refusal that lists every problem in `response_metadata.messages`, as Slack does."""
    return RequestRefused(error, response_metadata={"messages": problems})

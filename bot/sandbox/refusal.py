"""How the sandbox says no: by the names that Slack uses."""


class RequestRefused(Exception):
    """A request that isn't done. `error` is Slack's name for why; `details` goes beside it into the answer."""

    def __init__(self, error: str, /, **more: object) -> None:
        super().__init__(error)
        self.error = error
        self.details = more


def validation_refusal(error: str, problems: list[str]) -> RequestRefused:
    """A refusal that lists every problem as Slack does, in `response_metadata.messages`."""
    return RequestRefused(error, response_metadata={"messages": problems})

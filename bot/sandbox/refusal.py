"""How the sandbox says no: by the names that Slack uses."""


class Refused(Exception):
    """A request that isn't done. `error` is Slack's name for why; `more` goes beside it into the answer."""

    def __init__(self, error: str, /, **more: object) -> None:
        super().__init__(error)
        self.error = error
        self.more = more


def invalid(error: str, problems: list[str]) -> Refused:
    """A refusal that lists every problem as Slack does, in `response_metadata.messages`."""
    return Refused(error, response_metadata={"messages": problems})

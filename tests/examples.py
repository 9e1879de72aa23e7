"""How many examples hypothesis tries: fewer in `make test`, more in `make test-long`. None has a time limit."""

from hypothesis import settings

QUICK, LONG = 0.3, 2
"""How many times the usual number."""

USUAL = 100

_times = QUICK


def choose(*, long: bool) -> None:
    """Settle it for this process."""
    global _times
    _times = LONG if long else QUICK
    settings.register_profile("rounds", max_examples=many(USUAL), deadline=None)
    settings.load_profile("rounds")


def many(usual: int) -> int:
    """As many examples as this run tries where `usual` are usual."""
    return max(1, round(usual * _times))

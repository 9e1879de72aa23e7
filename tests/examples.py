"""Which examples hypothesis tries, and how many: fewer in `make test`, more in `make test-long`. None has a time limit.

They are the same in every run, so what passed before a change was merged passes after it. `--explore` tries others.
"""

from hypothesis import settings

QUICK, LONG = 0.3, 2
"""How many times the usual number."""

USUAL = 100

_times = QUICK


def choose(*, long: bool, explore: bool) -> None:
    """Settle it for this process: how many, and whether they are new ones each time."""
    global _times
    _times = LONG if long else QUICK
    settings.register_profile("rounds", max_examples=many(USUAL), deadline=None, derandomize=not explore)
    settings.load_profile("rounds")


def many(usual: int) -> int:
    """As many examples as this run tries where `usual` are usual."""
    return max(1, round(usual * _times))

"""Who gets the lessons of a workspace's own pack."""

from collections.abc import Collection, Mapping
from enum import StrEnum


class Audience(StrEnum):
    """Who gets a pack.

    `EVERYONE`: everyone in the workspace. `CHOSEN`: people whom an admin chose, besides what everyone gets.
    `CHOSEN_ALONE`: people whom an admin chose, and they get no pack that everyone gets.
    """

    EVERYONE = "everyone"
    CHOSEN = "chosen"
    CHOSEN_ALONE = "chosen_alone"


def choose_packs(
    everyones: Mapping[str, int],
    own: Mapping[str, int],
    audiences: Mapping[str, Audience],
    chosen: Collection[str],
) -> dict[str, int]:
    """Return the packs that somebody is taught, as version ids by slug.

    `everyones`: the packs of every workspace; `own`: those of their workspace, which replace everyone's of the same
    slug. `audiences`: the audience of each of `own` that isn't for everyone. `chosen`: the slugs of packs that the
    person was chosen for.
    """
    theirs = {slug for slug in own.keys() & audiences.keys() if slug in chosen}
    if any(audiences[slug] is Audience.CHOSEN_ALONE for slug in theirs):
        return {slug: own[slug] for slug in theirs}
    return {**everyones, **{slug: version for slug, version in own.items() if slug in theirs or slug not in audiences}}

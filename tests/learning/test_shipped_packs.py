"""The pack that comes with the program is refreshed at a start, unless an operator chose otherwise."""

from collections.abc import Callable

import pytest

from bot.content.shipped_pack import shipped_pack, shipped_pack_version
from bot.domain.lesson import Pack
from bot.learning import pack_versions, packs, shipped_packs
from bot.learning.packs import LivePack
from bot.storage.packs import EVERYONES_SCOPE
from tests.builders import CHANGE, lesson
from tests.builders import pack as make_pack
from tests.ward import Ward

SLUG = "comes-with-it"


def shipped(version: str) -> Pack:
    """A version of the pack that comes with the program."""
    return make_pack(lesson(f"vision-{version[2]}", CHANGE), slug=SLUG, version=version)


def live(ward: Ward) -> LivePack:
    """Its live version."""
    return next(each for each in ward.run(packs.list_live_packs, EVERYONES_SCOPE) if each.slug == SLUG)


@pytest.fixture
def version_of_the_program(monkeypatch: pytest.MonkeyPatch) -> Callable[[Pack], Callable[[], Pack]]:
    """Let this pack be the one that comes with the program."""

    def comes(pack: Pack) -> Callable[[], Pack]:
        monkeypatch.setattr(shipped_packs, "SHIPPED_PACK", pack.slug)
        monkeypatch.setattr(shipped_packs, "shipped_pack_version", lambda: pack.version)
        return lambda: pack

    return comes


def start(ward: Ward, pack: Callable[[], Pack]) -> str:
    """What is live for everyone after a start."""
    ward.run(shipped_packs.ensure_shipped_pack, pack, ward.clock())
    return live(ward).version


def test_an_upgrade_of_the_program_brings_its_pack_and_a_way_back(ward: Ward, version_of_the_program) -> None:
    ward.run(packs.load_pack, shipped("1.0.0"), EVERYONES_SCOPE, pack_versions.PROGRAM, ward.clock())
    newer = version_of_the_program(shipped("1.1.0"))

    assert start(ward, newer) == "1.1.0"
    assert live(ward).previous_version == "1.0.0"
    assert start(ward, newer) == "1.1.0"


def test_a_pack_that_an_operator_rolled_back_stays_rolled_back(ward: Ward, version_of_the_program) -> None:
    ward.run(packs.load_pack, shipped("1.0.0"), EVERYONES_SCOPE, pack_versions.PROGRAM, ward.clock())
    newer = version_of_the_program(shipped("1.1.0"))
    start(ward, newer)

    ward.run(packs.roll_back_pack, live(ward).version_id, EVERYONES_SCOPE, "U0ADMIN", ward.clock())

    assert start(ward, newer) == "1.0.0"


def test_a_pack_that_an_operator_loaded_stays(ward: Ward, version_of_the_program) -> None:
    ward.run(packs.load_pack, shipped("1.0.0"), EVERYONES_SCOPE, "operator", ward.clock())

    assert start(ward, version_of_the_program(shipped("1.1.0"))) == "1.0.0"


def test_the_version_of_the_shipped_pack_is_known_without_reading_its_lessons() -> None:
    assert shipped_pack_version() == shipped_pack().version

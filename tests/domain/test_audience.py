"""Which packs somebody is taught, of everyone's and of their workspace's own."""

from bot.domain.audience import Audience, choose_packs

EVERYONES = {"essentials": 1}
OWN = {"pharmacy": 2, "ward": 3}


def test_without_an_audience_everybody_gets_every_pack():
    assert choose_packs(EVERYONES, OWN, {}, set()) == {"essentials": 1, "pharmacy": 2, "ward": 3}


def test_a_pack_for_chosen_people_comes_besides_the_others_and_to_nobody_else():
    audiences = {"pharmacy": Audience.CHOSEN}

    assert choose_packs(EVERYONES, OWN, audiences, {"pharmacy"}) == {"essentials": 1, "pharmacy": 2, "ward": 3}
    assert choose_packs(EVERYONES, OWN, audiences, set()) == {"essentials": 1, "ward": 3}


def test_whoever_is_to_get_one_pack_alone_gets_only_packs_they_were_chosen_for():
    audiences = {"pharmacy": Audience.CHOSEN_ALONE, "ward": Audience.CHOSEN}

    assert choose_packs(EVERYONES, OWN, audiences, {"pharmacy"}) == {"pharmacy": 2}
    assert choose_packs(EVERYONES, OWN, audiences, {"pharmacy", "ward"}) == {"pharmacy": 2, "ward": 3}
    assert choose_packs(EVERYONES, OWN, audiences, {"ward"}) == {"essentials": 1, "ward": 3}


def test_a_new_version_of_everyones_pack_can_be_tried_with_some_people():
    audiences = {"essentials": Audience.CHOSEN}

    assert choose_packs(EVERYONES, {"essentials": 9}, audiences, {"essentials"}) == {"essentials": 9}
    assert choose_packs(EVERYONES, {"essentials": 9}, audiences, set()) == EVERYONES


def test_a_removed_pack_leaves_no_one_without_the_others():
    audiences = {"pharmacy": Audience.CHOSEN_ALONE}

    assert choose_packs(EVERYONES, {}, audiences, {"pharmacy"}) == EVERYONES

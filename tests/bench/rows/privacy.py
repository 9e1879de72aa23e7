"""How many sentences with a patient's details are noticed before they are kept, and how many others are stopped."""

from collections.abc import Sequence

from tests.bench.report import Row
from tests.privacy import figures

NOTICED, STOPPED = 0.9, 0.05

NOTICED_OF_OTHERS, STOPPED_OF_OTHERS = 0.8, 0.02


def measure() -> Sequence[Row]:
    """On the sentences that the rules were made with or widened for, and on notes by other hands."""
    rows = []
    for name, sentences in (("the rules' own", figures.own()), ("that they were widened for later", figures.unseen())):
        noticed, stopped = sentences.noticed_share, sentences.stopped_share
        rows += [
            Row(f"patient details: noticed in {len(sentences.details)} sentences, {name}", noticed, "",
                must=f"at least {NOTICED:.2f}", met=noticed >= NOTICED),
            Row(f"patient details: stopped of {len(sentences.others)} others, {name}", stopped, "",
                must=f"at most {STOPPED:.2f}", met=stopped <= STOPPED),
        ]  # fmt: skip
    others = figures.by_other_hands()
    noticed, stopped = others.noticed_share, others.stopped_share
    return [
        *rows,
        Row(f"patient details: noticed in {len(others.details)} notes by three other hands", noticed, "",
            must=f"at least {NOTICED_OF_OTHERS:.2f}", met=noticed >= NOTICED_OF_OTHERS),
        Row(f"patient details: stopped of {len(others.others)} others by them", stopped, "",
            must=f"at most {STOPPED_OF_OTHERS:.2f}", met=stopped <= STOPPED_OF_OTHERS),
    ]  # fmt: skip

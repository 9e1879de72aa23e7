"""How many sentences with a patient's details are noticed before they are kept, and how many others are stopped."""

from collections.abc import Sequence

from tests.bench.report import Row
from tests.privacy import figures

NOTICED, STOPPED = 0.9, 0.05


def measure() -> Sequence[Row]:
    """On the sentences that the rules were made with, and on those that they were widened for later."""
    rows = []
    for name, sentences in (("the rules' own", figures.own()), ("that they were widened for later", figures.unseen())):
        noticed, stopped = sentences.noticed_share, sentences.stopped_share
        rows += [
            Row(f"patient details: noticed in {len(sentences.details)} sentences, {name}", noticed, "",
                must=f"at least {NOTICED:.2f}", met=noticed >= NOTICED),
            Row(f"patient details: stopped of {len(sentences.others)} others, {name}", stopped, "",
                must=f"at most {STOPPED:.2f}", met=stopped <= STOPPED),
        ]  # fmt: skip
    return rows

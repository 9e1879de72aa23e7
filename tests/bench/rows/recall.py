"""What is remembered under Rounds' way of asking, beside plainer ones: `rounds simulate`, with fewer learners."""

from collections.abc import Sequence

from bot.cli.simulation import MEASURED_DAYS, Policy, simulate
from bot.content.shipped_pack import shipped_pack
from tests.bench.report import Row

LEARNERS = 50
AT_LEAST = 1.10


def measure() -> Sequence[Row]:
    """The share of the questions met that is remembered, after 90 and 365 days."""
    outcomes = {
        (each.policy, each.days): each for each in simulate(shipped_pack().lessons, LEARNERS, MEASURED_DAYS[-1])
    }
    rows = []
    for days in MEASURED_DAYS:
        ours = outcomes[Policy.ROUNDS, days]
        for policy in list(Policy)[1:]:
            other = outcomes[policy, days]
            least = _least(policy, days)
            rows.append(
                Row(
                    f"recall: share remembered after {days} days, {LEARNERS} simulated learners",
                    ours.share,
                    f"of {ours.met:.0f} met, {ours.asked:.0f} asked",
                    f"{policy}: {other.share:.3f} of {other.met:.0f} met, {other.asked:.0f} asked",
                    ours.share / other.share,
                    f"at least {least:.2f}" if least else "",
                    ours.share >= least * other.share if least else None,
                )
            )
    return rows


def _least(policy: Policy, days: int) -> float | None:
    if days == MEASURED_DAYS[0]:
        return {Policy.FIXED_ORDER: AT_LEAST, Policy.FIXED_INTERVALS: 1.0}.get(policy)
    return None

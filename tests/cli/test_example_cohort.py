"""Whoever tries Rounds finds a cohort with a report, of people to whom nothing is ever sent."""

from bot.cli.example_cohort import NAME, WEEKS, add_example_cohort
from bot.domain.learner import Person
from bot.learning import cohorts, packs, reports
from bot.storage.packs import EVERYONES_SCOPE
from tests.builders import TEAM, lesson, pack
from tests.ward import Ward


def test_the_example_has_eight_weeks_of_figures_and_gets_no_messages(ward: Ward) -> None:
    many = pack(*(lesson(f"budget-{number:02}") for number in range(40)), version="2.0")
    ward.run(packs.load_pack, many, EVERYONES_SCOPE, "rounds", ward.clock())

    ward.run(add_example_cohort, ward.library, Person(TEAM, "U0ADMIN"), ward.clock())

    (cohort,) = ward.run(cohorts.list_cohorts, ward.library, TEAM, None)
    report = ward.run(reports.read_chosen, ward.library, Person(TEAM, "U0ADMIN"), cohort.id, True)
    assert (cohort.name, cohort.started, cohort.declined) == (NAME, 15, 0)
    assert len(report.weeks) == WEEKS
    assert all(week.practiced for week in report.weeks)
    assert report.weeks[0].first_try is not None
    assert report.weeks[0].remembered is not None
    assert report.weeks[0].ready.keys() == {0, 4}
    ward.clock.advance(days=3)
    assert ward.deliver() == []

"""A program: a path of lessons for people in one role, in the order in which they get them."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Program:
    """A path of lessons for a role. `weeks`: how long it takes with a lesson on each of five working days a week.

    `goal` says in a sentence what somebody can do in the end; `welcome` is what they read when they begin.
    """

    slug: str
    name: str
    role: str
    weeks: int
    goal: str
    welcome: str
    lesson_ids: tuple[str, ...]

    def place_of(self, lesson_id: str) -> int | None:
        """Return a lesson's place, from 1. None if it isn't in the program."""
        return self.lesson_ids.index(lesson_id) + 1 if lesson_id in self.lesson_ids else None

    def find_next(self, had: Collection[str], taught: Collection[str]) -> str | None:
        """Return the id of the first lesson that somebody hasn't had and that is taught. None if the program is over.

        Lessons that they had before they began the program aren't repeated.
        """
        return next((each for each in self.lesson_ids if each in taught and each not in had), None)


@dataclass(frozen=True, slots=True)
class ProgramProgress:
    """How far somebody is in a program: of the `count` lessons that it has now, how many they were sent (`had`), and
    how many they answered.
    """

    program: Program
    had: int
    count: int
    answered: int = 0

    @property
    def is_over(self) -> bool:
        """Whether they have had all of its lessons."""
        return self.had == self.count


def measure_progress(
    program: Program, had: Collection[str], taught: Collection[str], answered: Collection[str] = ()
) -> ProgramProgress:
    """Return how far somebody is who `had` and `answered` these lessons (ids). What isn't `taught` anymore and they
    never had is left out.
    """
    counted = [each for each in program.lesson_ids if each in taught or each in had]
    return ProgramProgress(
        program, sum(each in had for each in counted), len(counted), sum(each in answered for each in counted)
    )

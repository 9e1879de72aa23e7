"""A pack with everything that its checks found."""

from dataclasses import dataclass

from bot.domain.lesson import Pack
from bot.errors import PackError, PackProblem


@dataclass(frozen=True, slots=True)
class CheckedPack:
    """A pack (None if anything blocks it) and every problem found in it, by location.

    `slug` says which pack it is, even if it is blocked. None if that can't be read.
    """

    pack: Pack | None
    problems: tuple[PackProblem, ...]
    slug: str | None = None

    @property
    def blocking_problems(self) -> tuple[PackProblem, ...]:
        """The problems that prevent loading."""
        return tuple(problem for problem in self.problems if problem.blocking)

    @property
    def advice(self) -> tuple[PackProblem, ...]:
        """The problems that authors may want to fix but that don't prevent loading."""
        return tuple(problem for problem in self.problems if not problem.blocking)

    @property
    def loadable(self) -> Pack:
        """The pack. Raises PackError with everything that blocks it."""
        if self.pack is None:
            raise PackError(self.blocking_problems)
        return self.pack

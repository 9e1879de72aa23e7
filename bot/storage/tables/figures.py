"""The table of weekly figures."""

from datetime import date

from sqlmodel import Field, SQLModel


class WeeklyFigures(SQLModel, table=True):
    """What may be said of a week in a workspace (`cohort_id` is 0) or a cohort, written once (`domain/disclosure.py`).

    People at least, in fives: `learning` have started, as last said, `practiced` on a day of it, `wrote` a reflection.
    Percent, with the interval they are likely in, over the four weeks that end with it: `first_…`: right at the first
    try; `recalled_…`: right four weeks or more after the answer before. None: too few to say.
    """

    team_id: str = Field(primary_key=True, max_length=32)
    cohort_id: int = Field(primary_key=True)
    monday: date = Field(primary_key=True)
    learning: int
    practiced: int
    wrote: int
    first_percent: int | None = None
    first_low: int | None = None
    first_high: int | None = None
    recalled_percent: int | None = None
    recalled_low: int | None = None
    recalled_high: int | None = None

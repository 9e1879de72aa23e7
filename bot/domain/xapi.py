"""xAPI 1.0.3 statements: that a lesson was completed, that its question was answered, and how far somebody is.

Nothing here can say which option was chosen or whether it was right: no function takes either.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

VERSION = "1.0.3"
"""The version of xAPI that the statements keep to."""

PLATFORM = "Rounds"

_VERBS = "http://adlnet.gov/expapi/verbs/"
_TYPES = "http://adlnet.gov/expapi/activities/"
_PROGRESS = "https://w3id.org/xapi/cmi5/result/extensions/progress"
"""cmi5's extension: a whole number from 0 to 100. cmi5 leaves it out of `completed`."""

Statement = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Account:
    """Who a statement is about: an id on a website. Neither a name nor an email address."""

    home_page: str
    name: str


@dataclass(frozen=True, slots=True)
class Activity:
    """A lesson, a question, a pack, or a program. `language` is that of its name (ISO 639-1)."""

    iri: str
    kind: str
    name: str
    language: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far somebody is: how many of `whole`'s lessons they had answered before and have answered now."""

    whole: Activity
    before: int
    now: int
    count: int

    @property
    def percent(self) -> int:
        """The share that is answered. 100 only once all are."""
        return 100 * self.now // self.count

    @property
    def shows(self) -> bool:
        """Whether the answer changed the percentage."""
        return self.percent > 100 * self.before // self.count


def pack_activity(scope: str, slug: str, name: str, language: str) -> Activity:
    """Return a pack as an activity. `scope`: the workspace's id for a pack of its own, or else empty."""
    return Activity(_iri(scope, "pack", slug), "course", name, language)


def program_activity(pack: Activity, slug: str, name: str) -> Activity:
    """Return a program of a pack as an activity."""
    return Activity(f"{pack.iri}:program:{quote(slug, safe='')}", "course", name, pack.language)


def lesson_activity(scope: str, pack: str, lesson_id: str, title: str, language: str) -> Activity:
    """Return a lesson as an activity. Its IRI stays the same when the lesson is revised."""
    return Activity(_iri(scope, "pack", pack, "lesson", lesson_id), "lesson", title, language)


def question_of(lesson: Activity) -> Activity:
    """Return a lesson's question as an activity, under the lesson's title: the question itself isn't told."""
    return Activity(f"{lesson.iri}:question", "question", lesson.name, lesson.language)


def measure_progress(whole: Activity, lesson_ids: Collection[str], answered: Collection[str], new: str) -> Progress:
    """Return how far somebody is in these lessons who `answered` some and now answered a `new` one, too."""
    before = sum(each in answered for each in lesson_ids)
    now = sum(each in answered or each == new for each in lesson_ids)
    return Progress(whole, before, now, len(lesson_ids))


def completed(statement_id: UUID, who: Account, lesson: Activity, pack: Activity, at: datetime) -> Statement:
    """State that somebody completed a lesson, as they answered its question."""
    related = {"grouping": [_describe(pack)]}
    return _state(statement_id, who, "completed", lesson, at, related) | {"result": {"completion": True}}


def answered(statement_id: UUID, who: Account, lesson: Activity, at: datetime) -> Statement:
    """State that somebody answered a lesson's question: not what they chose, and not whether it was right."""
    return _state(statement_id, who, "answered", question_of(lesson), at, {"parent": [_describe(lesson)]})


def progressed(statement_id: UUID, who: Account, progress: Progress, at: datetime) -> Statement:
    """State how far somebody is in a program or pack."""
    result = {"extensions": {_PROGRESS: progress.percent}}
    return _state(statement_id, who, "progressed", progress.whole, at, {}) | {"result": result}


def _state(
    statement_id: UUID,
    who: Account,
    verb: str,
    what: Activity,
    at: datetime,
    related: Mapping[str, object],
) -> Statement:
    context = {"platform": PLATFORM, **({"contextActivities": dict(related)} if related else {})}
    return {
        "id": str(statement_id),
        "actor": {"objectType": "Agent", "account": {"homePage": who.home_page, "name": who.name}},
        "verb": {"id": f"{_VERBS}{verb}", "display": {"en": verb}},
        "object": _describe(what),
        "context": context,
        "timestamp": at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }


def _describe(activity: Activity) -> dict[str, object]:
    definition = {"type": f"{_TYPES}{activity.kind}", "name": {activity.language: activity.name}}
    return {"objectType": "Activity", "id": activity.iri, "definition": definition}


def _iri(scope: str, *names: str) -> str:
    return ":".join(["urn", "rounds", *([scope.lower()] if scope else []), *(quote(each, safe="") for each in names)])

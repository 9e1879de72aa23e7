"""The sentence model beside the event loop: loaded after the start, and asked in a thread of its own.

Until it is loaded, and where its files can't be used, nothing is known of a text but its words. The same goes while
too many texts wait for it: an answer by words is better than one after Slack has stopped waiting.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import structlog

from bot.domain.lesson import Lesson
from bot.domain.safety import FoundCards
from bot.errors import ModelFileError
from bot.retrieval.understanding import SentenceModel, Understanding, load_sentence_model

log = structlog.get_logger(__name__)

MAX_WAIT_SECONDS = 1.2
"""Seconds that a text waits for the encoder; Slack gives an answer three, and it may have waited for its turn."""

LookForDanger = Callable[[Understanding], FoundCards]
"""Returns the cards for the danger in a text."""


class BackgroundModel:
    """A sentence model that may not be loaded yet.

    One thread answers, so that many questions at once wait for each other and hold up nobody else, and another looks
    for danger in them. A third encodes added lessons; the encoder takes turns between both after every few texts.
    """

    def __init__(
        self,
        load: Callable[[], SentenceModel] = load_sentence_model,
        *,
        look_for_danger: LookForDanger,
        max_wait_seconds: float = MAX_WAIT_SECONDS,
    ) -> None:
        self._load = load
        self._look_for_danger = look_for_danger
        self._max_wait_seconds = max_wait_seconds
        self._model: SentenceModel | None = None
        self._loading: asyncio.Task[None] | None = None
        self._asked = ThreadPoolExecutor(1, thread_name_prefix="rounds-understand")
        self._looking = ThreadPoolExecutor(1, thread_name_prefix="rounds-danger")
        self._learning = ThreadPoolExecutor(1, thread_name_prefix="rounds-encode")

    @property
    def model(self) -> SentenceModel | None:
        """The model, or None until it is loaded."""
        return self._model

    def start(self, when_loaded: Callable[[], None] = lambda: None) -> None:
        """Begin to load the model, and call `when_loaded` in a thread once it is there. From the event loop."""
        self._loading = asyncio.create_task(self._load_then(when_loaded))

    async def wait(self) -> None:
        """Wait until the model is loaded, or can't be. `start` comes before."""
        if self._loading is not None:
            await self._loading

    async def _load_then(self, when_loaded: Callable[[], None]) -> None:
        """Load the model. Whatever keeps it from being used is logged, and coaching goes on by words."""
        began = time.monotonic()
        try:
            self._model = await asyncio.get_running_loop().run_in_executor(self._learning, self._load)
            await asyncio.to_thread(when_loaded)
        except ModelFileError as error:
            log.warning("coaching.by_words_alone", reason=str(error))
        except Exception as error:
            log.warning("coaching.by_words_alone", reason=type(error).__name__)
        else:
            log.info("coaching.by_meaning", seconds=round(time.monotonic() - began, 1))

    async def understand(self, text: str) -> Understanding:
        """Return what is known of a text, with the cards for the danger in it."""
        understood = await self._ask(text)
        found = await asyncio.get_running_loop().run_in_executor(self._looking, self._look_for_danger, understood)
        return replace(understood, found_cards=found)

    async def _ask(self, text: str) -> Understanding:
        """Return what the encoder says of a text, or only the text if there is no encoder or no time for it."""
        if self._model is None:
            return Understanding.of_text(text)
        asked = asyncio.get_running_loop().run_in_executor(self._asked, self._model.understand, text)
        try:
            async with asyncio.timeout(self._max_wait_seconds):
                return await asked
        except TimeoutError:
            log.info("coaching.by_words_in_a_rush")
            return Understanding.of_text(text)

    def learn_soon(self, lessons: Sequence[Lesson]) -> None:
        """Encode what isn't known of these lessons in the background. From any thread."""
        if self._model is not None:
            self._learning.submit(self._learn, self._model, tuple(lessons))

    def _learn(self, model: SentenceModel, lessons: Sequence[Lesson]) -> None:
        began = time.monotonic()
        if texts := model.learn(lessons):
            log.info("coaching.lessons_encoded", texts=texts, seconds=round(time.monotonic() - began, 1))

    def close(self) -> None:
        """Stop the threads; what waits is dropped."""
        for executor in (self._asked, self._looking, self._learning):
            executor.shutdown(wait=False, cancel_futures=True)

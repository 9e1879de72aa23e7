"""The type of a clock. Code takes the clock as a parameter; only `bootstrap` uses the real one."""

from collections.abc import Callable
from datetime import datetime

Clock = Callable[[], datetime]
"""Returns the current time as an aware datetime in UTC."""

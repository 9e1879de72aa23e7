"""The clock is a parameter: only `bootstrap` knows the real one."""

from collections.abc import Callable
from datetime import datetime

Clock = Callable[[], datetime]
"""Gives the present instant, aware, in UTC."""

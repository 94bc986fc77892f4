"""The exit codes that a scheduler can use."""

from typing import Final

__all__ = ["ALL_WELL", "BAD_INPUT", "NO_ANSWER", "OVERDUE"]

ALL_WELL: Final = 0
OVERDUE: Final = 1
BAD_INPUT: Final = 2
NO_ANSWER: Final = 3

"""What a customer can say of a conversation. Pure."""

from enum import StrEnum
from typing import Final


class Score(StrEnum):
    GOOD = "good"
    FAIR = "fair"
    BAD = "bad"


WORDS_MAX: Final = 1_000

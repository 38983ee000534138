"""The random source of allocation: HMAC-SHA256 in counter mode, the same in every language.

Conventions: block i is ``HMAC(key, label + "|" + i)`` with i decimal from 0; each block gives eight
big-endian 32-bit words; a number below n is a word modulo n, words at or above the largest multiple
of n are rejected. 32 bits, so that R, JavaScript and a spreadsheet can follow.

Contents: `Draw`, one stream of numbers; `draw_bytes`, the first bytes of a stream.

References
----------
RFC 2104 (HMAC); FIPS 180-4 (SHA-256); Durstenfeld (1964), Algorithm 235 (the shuffle).
"""

import hmac
import struct
from collections.abc import Iterator, Sequence
from typing import TypeVar

WORDS = 2**32

T = TypeVar("T")


class Draw:
    """A stream of numbers that key and label alone determine.

    Examples
    --------
    >>> draw = Draw(bytes(range(32)), "MUSIC1|site=01|sex=F")
    >>> [4, 6, 8][draw.below(3)]
    4
    """

    def __init__(self, key: bytes, label: str) -> None:
        self._words = _words(key, label)

    def below(self, bound: int) -> int:
        """Return a number in [0, bound), every one equally likely.

        Raises
        ------
        ValueError
            If the bound is not in [1, 2**32].
        """
        if not 1 <= bound <= WORDS:
            message = f"A bound lies between 1 and 2**32; {bound} does not."
            raise ValueError(message)
        limit = WORDS - WORDS % bound
        return next(word for word in self._words if word < limit) % bound

    def shuffled(self, values: Sequence[T]) -> tuple[T, ...]:
        """Return the values in random order (Fisher-Yates from the top)."""
        order = list(values)
        for i in range(len(order) - 1, 0, -1):
            j = self.below(i + 1)
            order[i], order[j] = order[j], order[i]
        return tuple(order)


def draw_bytes(key: bytes, label: str, count: int) -> bytes:
    """Return ``count`` bytes (at most 32) of the stream's first block."""
    return _block(key, label, 0)[:count]


def _block(key: bytes, label: str, number: int) -> bytes:
    return hmac.digest(key, f"{label}|{number}".encode(), "sha256")


def _words(key: bytes, label: str) -> Iterator[int]:
    number = 0
    while True:
        yield from struct.unpack(">8I", _block(key, label, number))
        number += 1

"""How two arms were allocated, drawn again many times at once: for the re-randomization test of a table in order of arrival.

A design is a value; its `draw` gives many allocations of the same participants. All draws of one participant are made at
once, so that the cost grows with participants, not with participants times draws in Python.

References
----------
Pocock & Simon (1975), Biometrics 31, 103-115 (minimization). Wei & Durham (1978), Journal of the American Statistical
Association 73, 840-843 (play the winner). Wei (1978), Annals of Statistics 6, 92-100 (urn).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.estimators.arrays import FloatArray
from analysis.results import NotEstimableError

BoolArray = NDArray[np.bool_]


class AllocationDesign(Protocol):
    """A way to allocate participants to a first and a second arm."""

    @property
    def description(self) -> str:
        """The design in words."""
        ...

    def draw(self, participants: int, draws: int, generator: np.random.Generator) -> BoolArray:
        """Return who is in the first arm; shape (draws, participants)."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class SimpleRandomization:
    """Every participant by a coin of its own."""

    share_first: float = 0.5

    @property
    def description(self) -> str:
        """The design in words."""
        return f"simple randomization, {self.share_first:g} to the first arm"

    def draw(self, participants: int, draws: int, generator: np.random.Generator) -> BoolArray:
        """Return who is in the first arm; shape (draws, participants)."""
        return np.asarray(generator.random((draws, participants)) < self.share_first)


@dataclass(frozen=True, kw_only=True, slots=True)
class FixedSizes:
    """So many of the first arm, in any order (random allocation rule)."""

    first: int

    @property
    def description(self) -> str:
        """The design in words."""
        return f"{self.first} participants in the first arm, in any order"

    def draw(self, participants: int, draws: int, generator: np.random.Generator) -> BoolArray:
        """Return who is in the first arm; shape (draws, participants)."""
        return _shuffled(self.first, participants, draws, generator)


@dataclass(frozen=True, kw_only=True, slots=True)
class PermutedBlocks:
    """Blocks in random order, within strata; the size of each block is drawn from some sizes, each as likely."""

    stratum: tuple[str, ...]
    """Of each participant."""
    sizes: tuple[int, ...]
    ratio: tuple[int, int] = (1, 1)

    def __post_init__(self) -> None:
        whole = sum(self.ratio)
        if not self.sizes or any(size <= 0 or size % whole for size in self.sizes):
            listed = ", ".join(str(size) for size in self.sizes)
            message = (
                f"blocks of {listed or 'no size'} cannot hold the ratio {self.ratio[0]} to "
                f"{self.ratio[1]}; a block is a multiple of {whole}"
            )
            raise NotEstimableError(message)

    @property
    def description(self) -> str:
        """The design in words."""
        listed = ", ".join(str(size) for size in self.sizes)
        strata = len(set(self.stratum))
        within = f" within {strata} strata" if strata > 1 else ""
        return f"permuted blocks of {listed}{within}"

    def draw(self, participants: int, draws: int, generator: np.random.Generator) -> BoolArray:
        """Return who is in the first arm; shape (draws, participants)."""
        own = np.asarray(self.stratum)
        found = np.zeros((draws, participants), dtype=np.bool_)
        for name in dict.fromkeys(self.stratum):
            here = np.flatnonzero(own == name)
            found[:, here] = self._in_stratum(len(here), draws, generator)
        return found

    def _in_stratum(self, count: int, draws: int, generator: np.random.Generator) -> BoolArray:
        """Return one list a draw; the last block is drawn whole and then cut."""
        length = count + max(self.sizes)
        sizes = generator.choice(self.sizes, (draws, -(-length // min(self.sizes))))
        places = np.arange(length)
        starts = np.zeros((draws, length), dtype=np.bool_)
        ends = np.cumsum(sizes, axis=1)
        rows, blocks = np.nonzero(ends < length)
        starts[rows, ends[rows, blocks]] = True
        block = np.cumsum(starts, axis=1, dtype=np.intp)
        since = places - np.maximum.accumulate(np.where(starts, places, 0), axis=1)
        firsts = np.take_along_axis(sizes, block, axis=1) // sum(self.ratio) * self.ratio[0]
        order = np.argsort(block + generator.random((draws, length)), axis=1)
        found = np.empty((draws, length), dtype=np.bool_)
        np.put_along_axis(found, order, since < firsts, axis=1)
        return found[:, :count]


class Imbalance(StrEnum):
    """How uneven two arms are in a level; the same for two arms but for the weight of large differences."""

    RANGE = "range"
    VARIANCE = "variance"


@dataclass(frozen=True, kw_only=True, slots=True)
class Minimization:
    """The arm that would leave the smaller imbalance, with some probability; without factors, of the arms as a whole.

    Equal imbalances are decided by a fair coin, so is the first participant. Equal allocation only.
    """

    factors: tuple[tuple[str, ...], ...]
    """For each factor, the level of each participant."""
    probability: float
    """Of the arm with the smaller imbalance, above 0.5."""
    weights: tuple[float, ...] = ()
    """Of the factors; equal by default."""
    imbalance: Imbalance = Imbalance.RANGE

    def __post_init__(self) -> None:
        if not 0.5 < self.probability <= 1:
            message = f"minimization with probability {self.probability:g}: it must lie above 0.5 and be at most 1"
            raise NotEstimableError(message)
        if self.weights and len(self.weights) != len(self.factors):
            message = f"{len(self.weights)} weights for {len(self.factors)} factors of minimization"
            raise NotEstimableError(message)

    @property
    def description(self) -> str:
        """The design in words."""
        return (
            f"minimization on {len(self.factors)} factors, {self.imbalance.value}, probability "
            f"{self.probability:g}"
        )

    def draw(self, participants: int, draws: int, generator: np.random.Generator) -> BoolArray:
        """Return who is in the first arm; shape (draws, participants)."""
        levels = [_coded(levels) for levels in self.factors] or [np.zeros(participants, np.intp)]
        weights = self.weights or (1.0,) * len(levels)
        ahead = [np.zeros((int(codes.max()) + 1, draws)) for codes in levels]
        found = np.zeros((draws, participants), dtype=np.bool_)
        for person in range(participants):
            pull = sum(
                weight * self._pull(of_factor[codes[person]])
                for weight, codes, of_factor in zip(weights, levels, ahead, strict=True)
            )
            chance = np.where(pull < 0, self.probability, 1 - self.probability)
            chance = np.where(np.isclose(pull, 0), 0.5, chance)
            found[:, person] = generator.random(draws) < chance
            step = np.where(found[:, person], 1.0, -1.0)
            for codes, of_factor in zip(levels, ahead, strict=True):
                of_factor[codes[person]] += step
        return found

    def _pull(self, ahead: FloatArray) -> FloatArray:
        """Return the imbalance with the participant in the first arm minus that in the second, from first minus second."""
        if self.imbalance is Imbalance.RANGE:
            return np.abs(ahead + 1) - np.abs(ahead - 1)
        return np.asarray(((ahead + 1) ** 2 - (ahead - 1) ** 2) / 2)


@dataclass(frozen=True, kw_only=True, slots=True)
class PlayTheWinner:
    """An urn that learns: after each success a ball of the same arm, after each failure one of the other.

    Under the hypothesis of the test an outcome does not depend on the arm, so the successes stay as they were. Each is
    taken to be known before the next participant.
    """

    success: tuple[bool, ...]
    """Of each participant."""
    balls: int = 1
    """Of each arm at the beginning."""
    added: int = 1
    """After each participant."""

    @property
    def description(self) -> str:
        """The design in words."""
        return (
            f"randomized play the winner, {self.balls} balls an arm, {self.added} added each time"
        )

    def draw(self, participants: int, draws: int, generator: np.random.Generator) -> BoolArray:
        """Return who is in the first arm; shape (draws, participants)."""
        first = np.full(draws, float(self.balls))
        found = np.zeros((draws, participants), dtype=np.bool_)
        for person in range(participants):
            total = 2 * self.balls + person * self.added
            found[:, person] = generator.random(draws) * total < first
            gains = found[:, person] == self.success[person]
            first += self.added * gains
        return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Urn:
    """An urn that evens out: after each participant some balls of the other arm are added (Wei)."""

    balls: int = 1
    added: int = 1

    @property
    def description(self) -> str:
        """The design in words."""
        return f"urn, {self.balls} balls an arm, {self.added} of the other arm added each time"

    def draw(self, participants: int, draws: int, generator: np.random.Generator) -> BoolArray:
        """Return who is in the first arm; shape (draws, participants)."""
        failures = PlayTheWinner(
            success=(False,) * participants, balls=self.balls, added=self.added
        )
        return failures.draw(participants, draws, generator)


def _shuffled(first: int, size: int, draws: int, generator: np.random.Generator) -> BoolArray:
    rows = np.tile(np.arange(size) < first, (draws, 1))
    return generator.permuted(rows, axis=1)


def _coded(levels: Sequence[str]) -> NDArray[np.intp]:
    return np.unique(np.asarray(levels), return_inverse=True)[1]

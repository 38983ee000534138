"""Options that tell how a trial was allocated, and the design that they describe."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from screens.terminal.fit.options import listed, listed_numbers, number_of
from screens.terminal.outcome import UnusableInputError

if TYPE_CHECKING:
    from analysis.estimators.allocation_columns import PlannedAllocation


class DesignName(StrEnum):
    """How participants were allocated."""

    SIMPLE = "simple"
    FIXED_SIZES = "fixed-sizes"
    BLOCKS = "blocks"
    MINIMIZATION = "minimization"
    URN = "urn"
    PLAY_THE_WINNER = "play-the-winner"


class ImbalanceName(StrEnum):
    """What minimization minimizes."""

    RANGE = "range"
    VARIANCE = "variance"


@dataclass(frozen=True, kw_only=True, slots=True)
class Allocation:
    """How a trial was allocated, as it is typed."""

    design: Annotated[
        DesignName,
        typer.Option(
            help="How participants were allocated: a coin each, sizes as they are in any order, "
            "permuted blocks, minimization (without factors: a biased coin), an urn that evens out, "
            "randomized play the winner."
        ),
    ]
    order: Annotated[
        str | None,
        typer.Option(help="Column that sorts by arrival. Without it: the order of the rows."),
    ] = None
    strata: Annotated[str | None, typer.Option(help="Columns of strata (blocks).")] = None
    block_sizes: Annotated[
        str | None, typer.Option(help="Sizes of blocks, each as likely: '2,4' (blocks).")
    ] = None
    ratio: Annotated[str, typer.Option(help="First to second arm: '2,1' (simple, blocks).")] = "1,1"
    factors: Annotated[
        str | None, typer.Option(help="Columns of factors, all categories (minimization).")
    ] = None
    probability: Annotated[
        float, typer.Option(help="Of the arm with the smaller imbalance (minimization).")
    ] = 0.8
    weights: Annotated[
        str | None, typer.Option(help="Of the factors; equal without it (minimization).")
    ] = None
    imbalance: Annotated[ImbalanceName, typer.Option(help="What is minimized (minimization).")] = (
        ImbalanceName.RANGE
    )
    success: Annotated[
        str | None, typer.Option(help="Column: 1 success, 0 failure (play-the-winner).")
    ] = None
    balls: Annotated[
        int, typer.Option(min=1, help="Of each arm at the beginning (urn, play-the-winner).")
    ] = 1
    added: Annotated[
        int, typer.Option(min=1, help="After each participant (urn, play-the-winner).")
    ] = 1

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it names."""
        named = (*listed(self.strata), *listed(self.factors))
        return (*named, *(name for name in (self.order, self.success) if name))


def planned_allocation(given: Allocation) -> "PlannedAllocation":
    """Return the design; a sentence names the option that it needs and has not."""
    from analysis.estimators.allocation_columns import (
        BlocksWithin,
        Coins,
        EveningUrn,
        LearningUrn,
        MinimizedOn,
        SizesAsTheyAre,
    )
    from analysis.estimators.allocation_designs import Imbalance

    match given.design:
        case DesignName.SIMPLE:
            first, second = _ratio(given.ratio)
            return Coins(share_first=first / (first + second))
        case DesignName.FIXED_SIZES:
            return SizesAsTheyAre()
        case DesignName.BLOCKS:
            sizes = tuple(
                _whole(part, "--block-sizes")
                for part in listed(_needed(given, given.block_sizes, "--block-sizes"))
            )
            return BlocksWithin(strata=listed(given.strata), sizes=sizes, ratio=_ratio(given.ratio))
        case DesignName.MINIMIZATION:
            return MinimizedOn(
                factors=listed(given.factors),
                probability=given.probability,
                weights=listed_numbers(given.weights, "--weights"),
                imbalance=Imbalance[given.imbalance.name],
            )
        case DesignName.URN:
            return EveningUrn(balls=given.balls, added=given.added)
        case DesignName.PLAY_THE_WINNER:
            success = _needed(given, given.success, "--success")
            return LearningUrn(success=success, balls=given.balls, added=given.added)


def _needed(given: Allocation, value: str | None, option: str) -> str:
    if value is None:
        message = f"--design {given.design.value} needs {option}."
        raise UnusableInputError(message)
    return value


def _whole(text: str, option: str) -> int:
    number = number_of(text, option)
    if number <= 0 or number != round(number):
        message = f"{option}: {text!r} is not a whole number above 0."
        raise UnusableInputError(message)
    return int(number)


def _ratio(text: str) -> tuple[int, int]:
    parts = [_whole(part, "--ratio") for part in listed(text)]
    if len(parts) != 2:
        message = f"--ratio: write both arms, e.g. '2,1', not {text!r}."
        raise UnusableInputError(message)
    return parts[0], parts[1]

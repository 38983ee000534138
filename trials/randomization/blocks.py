"""Permuted blocks of random size, for any ratio and any number of arms.

Conventions: a block holds the arms in the order of the protocol, each as often as the ratio says,
then shuffled; its size is drawn first, from the sizes of the plan.
"""

from collections.abc import Iterator, Sequence
from itertools import chain, islice

from trials.randomization.draw import Draw


def draw_block(draw: Draw, arms: Sequence[str], ratio: Sequence[int], size: int) -> tuple[str, ...]:
    """Return one permuted block.

    Raises
    ------
    ValueError
        If the size is not a multiple of the sum of the ratio.
    """
    share, remainder = divmod(size, sum(ratio))
    if remainder:
        message = f"A block of {size} cannot hold the ratio {':'.join(map(str, ratio))}."
        raise ValueError(message)
    ordered = chain.from_iterable(
        (arm,) * (times * share) for arm, times in zip(arms, ratio, strict=True)
    )
    return draw.shuffled(tuple(ordered))


def permuted_blocks(
    draw: Draw, *, arms: Sequence[str], ratio: Sequence[int], sizes: Sequence[int], length: int
) -> tuple[str, ...]:
    """Return the first ``length`` arms of a list of permuted blocks of random size."""

    def blocks() -> Iterator[str]:
        return chain.from_iterable(
            draw_block(draw, arms, ratio, sizes[draw.below(len(sizes))]) for _ in iter(int, 1)
        )

    return tuple(islice(blocks(), length))

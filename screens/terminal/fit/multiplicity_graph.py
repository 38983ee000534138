"""The graph of several hypotheses, as it is typed: shares of the level, and arrows `H1:H2=1/2`."""

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from screens.terminal.fit.options import listed
from screens.terminal.outcome import UnusableInputError

if TYPE_CHECKING:
    from analysis.multiplicity.graph import InheritanceGraph


def typed_graph(
    names: tuple[str, ...], weights: str | None, arrows: Sequence[str]
) -> "InheritanceGraph":
    """Return the graph of these hypotheses; without weights they share the level equally.

    Raises
    ------
    UnusableInputError
        If an arrow cannot be read, names an unknown hypothesis, or is given twice.
    """
    from analysis.multiplicity.graph import InheritanceGraph

    shares = tuple(_share(part, "--weights") for part in listed(weights))
    passed: dict[tuple[str, str], Fraction] = {}
    for text in arrows:
        ends, share = _arrow(text, names)
        if ends in passed:
            message = f"--arrow: {':'.join(ends)} is given twice."
            raise UnusableInputError(message)
        passed[ends] = share
    return InheritanceGraph(
        names=names,
        weights=shares or (Fraction(1, len(names)),) * len(names),
        transitions=tuple(
            tuple(passed.get((giver, heir), Fraction(0)) for heir in names) for giver in names
        ),
    )


def graph_in_r(graph: "InheritanceGraph", p: str, alpha: float) -> str:
    """Return the R that tests a graph with these p values."""
    rows = ", ".join(f"c({_shares(row)})" for row in graph.transitions)
    names = ", ".join(f'"{name}"' for name in graph.names)
    return (
        f"g <- graphicalMCP::graph_create(c({_shares(graph.weights)}), rbind({rows}), c({names}))\n"
        f"graphicalMCP::graph_test_shortcut(g, p = c({p}), alpha = {alpha:g})"
    )


def _arrow(text: str, names: tuple[str, ...]) -> tuple[tuple[str, str], Fraction]:
    ends, _, share = text.rpartition("=")
    giver, _, heir = (part.strip() for part in ends.partition(":"))
    if not giver or not heir:
        message = f"--arrow: write 'FROM:TO=SHARE', e.g. 'H1:H2=1/2', not {text!r}."
        raise UnusableInputError(message)
    for name in (giver, heir):
        if name not in names:
            message = f"--arrow: there is no hypothesis {name!r}; there is {', '.join(names)}."
            raise UnusableInputError(message)
    return (giver, heir), _share(share, "--arrow")


def _share(text: str, option: str) -> Fraction:
    try:
        return Fraction(text.strip())
    except (ValueError, ZeroDivisionError):
        message = f"{option}: {text!r} is not a share; write 0.5 or 1/2."
        raise UnusableInputError(message) from None


def _shares(shares: Sequence[float | Fraction]) -> str:
    return ", ".join(str(share) for share in shares)

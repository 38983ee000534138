"""`antiphon fit multiplicity`: p values of several hypotheses, adjusted."""

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from screens.terminal.fit.answer import Answer, TextTable, give, shown, shown_p
from screens.terminal.fit.multiplicity_graph import graph_in_r, typed_graph
from screens.terminal.fit.options import AsJson, listed, listed_numbers
from screens.terminal.fit.python_lines import Called, python_lines
from screens.terminal.fit.record import Calls, record
from screens.terminal.outcome import UnusableInputError

if TYPE_CHECKING:
    from analysis.multiplicity.graph import InheritanceGraph
    from analysis.multiplicity.hypotheses import Decision


class AdjustmentName(StrEnum):
    """How p values are adjusted."""

    BONFERRONI = "bonferroni"
    SIDAK = "sidak"
    HOLM = "holm"
    HOCHBERG = "hochberg"
    HOMMEL = "hommel"
    BENJAMINI_HOCHBERG = "benjamini-hochberg"
    BENJAMINI_YEKUTIELI = "benjamini-yekutieli"
    FIXED_SEQUENCE = "fixed-sequence"
    FALLBACK = "fallback"
    GRAPH = "graph"


R_NAMES = {
    AdjustmentName.BENJAMINI_HOCHBERG: "BH",
    AdjustmentName.BENJAMINI_YEKUTIELI: "BY",
}
BY_GRAPH = (AdjustmentName.FIXED_SEQUENCE, AdjustmentName.FALLBACK, AdjustmentName.GRAPH)


def fit_multiplicity(
    p: Annotated[str, typer.Option(help="P values, apart by commas; their order is the plan's.")],
    method: Annotated[AdjustmentName, typer.Option(help="Adjustment.")] = AdjustmentName.HOLM,
    names: Annotated[str | None, typer.Option(help="Names of the hypotheses.")] = None,
    weights: Annotated[
        str | None,
        typer.Option(help="Shares of the level (fallback, graph), together at most 1."),
    ] = None,
    arrow: Annotated[
        list[str] | None,
        typer.Option(
            help="Share of its level that a rejected hypothesis passes on (graph): 'H1:H2=1/2'. "
            "Repeat it."
        ),
    ] = None,
    alpha: Annotated[float, typer.Option(help="Level of all hypotheses together.")] = 0.05,
    *,
    as_json: AsJson = False,
) -> None:
    """Adjust the p values of several hypotheses; say at which level each was tested."""
    from analysis.multiplicity.families import Procedure, adjust_family
    from analysis.multiplicity.graph import decide_by_graph
    from analysis.multiplicity.hypotheses import Hypothesis

    values = listed_numbers(p, "--p")
    labels = listed(names) or tuple(f"H{place}" for place in range(1, len(values) + 1))
    if not values or len(labels) != len(values):
        message = (
            f"--p has {len(values)} numbers and --names {len(labels)} names: give one of each."
        )
        raise UnusableInputError(message)
    if arrow and method is not AdjustmentName.GRAPH:
        message = f"--arrow belongs to --method graph, not to {method.value}."
        raise UnusableInputError(message)
    hypotheses = tuple(Hypothesis(name=a, p=b) for a, b in zip(labels, values, strict=True))
    if method in BY_GRAPH:
        graph, written = _graph(method, labels, weights, arrow or ())
        decisions = decide_by_graph(graph, hypotheses, significance_level=alpha).decisions
        python = python_lines(decide_by_graph, written, hypotheses, significance_level=alpha)
        r = graph_in_r(graph, p, alpha) if method is AdjustmentName.GRAPH else ""
    else:
        kind = Procedure[method.name]
        decisions = adjust_family(hypotheses, kind, significance_level=alpha)
        python = python_lines(adjust_family, hypotheses, kind, significance_level=alpha)
        r = f'p.adjust(c({p}), method = "{R_NAMES.get(method, method.value)}")'
        r = "" if method is AdjustmentName.SIDAK else r
    give(_answer(method, alpha, decisions, Calls(python=python, r=r)), as_json=as_json)


def _graph(
    method: AdjustmentName, names: tuple[str, ...], weights: str | None, arrows: Sequence[str]
) -> "tuple[InheritanceGraph, InheritanceGraph | Called]":
    """Return the graph, and how it is written in Python."""
    from analysis.multiplicity.procedures import fallback, fixed_sequence

    if method is AdjustmentName.GRAPH:
        graph = typed_graph(names, weights, arrows)
        return graph, graph
    if method is AdjustmentName.FIXED_SEQUENCE:
        return fixed_sequence(names), Called(function=fixed_sequence, values=(names,))
    shares = listed_numbers(weights, "--weights") or (1 / len(names),) * len(names)
    return fallback(names, shares), Called(function=fallback, values=(names, shares))


def _answer(
    method: AdjustmentName, alpha: float, decisions: "tuple[Decision, ...]", calls: Calls
) -> Answer:
    plain = {
        "method": method.value,
        "alpha": alpha,
        "hypotheses": [
            {
                "name": one.name,
                "p": one.p,
                "adjusted_p": one.adjusted_p,
                "local_level": one.local_level,
                "is_rejected": one.is_rejected,
            }
            for one in decisions
        ],
        **record(None, calls),
    }
    table = TextTable(
        title=f"{method.value}, level {alpha:g}",
        header=("hypothesis", "p", "adjusted p", "tested at", "rejected"),
        rows=tuple(
            (
                one.name,
                shown_p(one.p),
                shown_p(one.adjusted_p),
                shown(one.local_level),
                "yes" if one.is_rejected else "no",
            )
            for one in decisions
        ),
    )
    return Answer(plain=plain, tables=(table,))

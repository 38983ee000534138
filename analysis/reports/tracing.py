"""Every number in the report's sentences names the field it comes from, and is printed from that field.

A reference is ``<root>/<path>``: the root is ``result:<id>``, ``flow:<box>`` or ``report``; the path is made of field names and positions.
"""

from functools import reduce

from analysis.plan import AnalysisReport
from analysis.reports.formatting import esc, fmt, fmt_level, fmt_p


class UnresolvedReferenceError(LookupError):
    """A reference names no number of the report."""


def resolve(report: AnalysisReport, reference: str) -> float:
    """Return the number that a reference names.

    Raises
    ------
    UnresolvedReferenceError
        If there is no such field, or it holds no number.
    """
    root, _, path = reference.rpartition("/")
    try:
        found = reduce(_step, path.split("."), _root(report, root))
    except (AttributeError, IndexError, KeyError, StopIteration) as error:
        message = f"{reference!r} names nothing in the report"
        raise UnresolvedReferenceError(message) from error
    if isinstance(found, (int, float)):
        return found
    message = f"{reference!r} holds no number"
    raise UnresolvedReferenceError(message)


def _root(report: AnalysisReport, root: str) -> object:
    kind, _, name = root.partition(":")
    match kind:
        case "result":
            return report.result(name)
        case "flow":
            return report.flow.box(name)
        case "report":
            return report
        case _:
            raise KeyError(root)


def _step(value: object, name: str) -> object:
    if isinstance(value, tuple) and name.isdigit():
        return value[int(name)]
    return getattr(value, name)


def number(report: AnalysisReport, reference: str, decimals: int = 0) -> str:
    """Print a number of the report, with its reference, as HTML."""
    return _data(reference, fmt(resolve(report, reference), decimals))


def p_value(report: AnalysisReport, reference: str) -> str:
    """Print a p value of the report, with its reference, as HTML: ``p = 0.0312`` or ``p <0.0001``."""
    text = fmt_p(resolve(report, reference))
    return (
        f"p {_data(reference, text)}" if text.startswith("<") else f"p = {_data(reference, text)}"
    )


def level(report: AnalysisReport) -> str:
    """Print the confidence level of the plan."""
    reference = "report/protocol.analysis.confidence_level"
    return _data(reference, fmt_level(resolve(report, reference)))


def promised(field: str, text: object) -> str:
    """Print words of the protocol as they stand there; numbers in them are the protocol's."""
    return f'<span data-promised="{esc(field)}">{esc(text)}</span>'


def _data(reference: str, text: str) -> str:
    plain = text.replace("−", "-").lstrip("<")
    return f'<data value="{esc(plain.rstrip("%"))}" data-from="{esc(reference)}">{esc(text)}</data>'

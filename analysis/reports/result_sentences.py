"""A result as a sentence, every number traced to its field."""

from analysis.plan import AnalysisReport
from analysis.reports.formatting import decimals_of, esc
from analysis.reports.tracing import level, number, p_value, promised
from analysis.results import Result


def result_sentence(report: AnalysisReport, result: Result) -> str:
    """Return a paragraph with estimate, interval and p; or with the reason why there is none."""
    if not result.is_estimable:
        return f"<p>{esc(result.label)}: not estimable. {promised('reason', result.reason)}.</p>"
    root, decimals = f"result:{result.id}", decimals_of(result.unit)
    sentence = (
        f"<p>{promised('analyses', result.label)}. {esc(result.quantity.capitalize())} "
        f"({esc(result.contrast.label)}): {number(report, f'{root}/estimate', decimals)} {esc(result.unit)}"
    )
    if result.interval is not None:
        lower = number(report, f"{root}/interval.lower", decimals)
        upper = number(report, f"{root}/interval.upper", decimals)
        sentence += f" ({level(report)} confidence interval {lower} to {upper})"
    if result.p is not None:
        sentence += f", {p_value(report, f'{root}/p')}"
    return sentence + "." + _effect_size_sentence(report, result) + "</p>"


def _effect_size_sentence(report: AnalysisReport, result: Result) -> str:
    size = result.effect_size
    if size is None:
        return ""
    if size.g is None or size.interval is None:
        return f" No standardized difference: {promised('reason', size.reason)}."
    root = f"result:{result.id}/effect_size"
    lower = number(report, f"{root}.interval.lower", 2)
    upper = number(report, f"{root}.interval.upper", 2)
    return f" Hedges’ g, {esc(size.kind)}: {number(report, f'{root}.g', 2)} ({lower} to {upper})."

"""The sections on outcomes: primary, secondary, sessions, heart rate variability, and what no mean describes."""

from collections.abc import Iterator

from analysis.plan import AnalysisReport
from analysis.reports.event_tables import event_table
from analysis.reports.formatting import esc, words
from analysis.reports.hidden_cause_figure import hidden_cause_figure_id
from analysis.reports.pages import Pages, definitions
from analysis.reports.result_blocks import results_block, results_of
from analysis.reports.result_sentences import result_sentence
from analysis.reports.result_tables import result_table
from analysis.reports.subgroup_figure import subgroup_figure_id
from analysis.reports.supplementary import is_supplementary, supplementary_table
from analysis.reports.tracing import promised
from protocols.outcomes import OutcomeRole, OutcomeSource


def primary_blocks(pages: Pages) -> Iterator[str]:
    """Yield the primary outcome with its estimand.

    Yields
    ------
    str
        Blocks of HTML.
    """
    report = pages.report
    result = report.primary
    if result.estimand is not None:
        yield _estimand(report, result.estimand)
        events = next(e for e in report.events if e.estimand == result.estimand)
        yield pages.table(event_table(report, events))
    yield "<h3>Estimate</h3>" + result_sentence(report, result)
    yield f"<p>{promised('missing_data', result.missing_data)}</p>"
    yield _difference_that_matters(report)
    yield pages.table(
        result_table(
            report,
            "primary",
            "Primary outcome",
            [r for r in report.results_of(OutcomeRole.PRIMARY) if not is_supplementary(r)],
        )
    )
    yield pages.figure("visit-means")
    yield pages.figure("trajectories")


def _estimand(report: AnalysisReport, code: str) -> str:
    estimand = report.protocol.estimand(code)
    outcome = report.protocol.outcome(estimand.outcome)
    return "<h3>Estimand</h3>" + definitions(
        ("Estimand", promised("estimands", estimand.label)),
        ("Treatment", promised("estimands", estimand.treatment)),
        ("Comparator", promised("estimands", estimand.comparator)),
        ("Population", promised("estimands", estimand.population)),
        ("Variable", promised("estimands", outcome.label)),
        ("Intercurrent events", "Each with its strategy in the table below."),
        ("Summary", promised("estimands", estimand.summary)),
        ("Direction printed", esc(report.contrasts[0].label) if report.contrasts else ""),
    )


def _difference_that_matters(report: AnalysisReport) -> str:
    outcome = report.protocol.primary_outcome
    if outcome.minimal_important_difference is None:
        return ""
    difference = f"{outcome.minimal_important_difference:g} {outcome.unit}"
    better = words(outcome.direction.value)
    return (
        f"<p>For comparison: the protocol takes {promised('outcomes', difference)} as the smallest change that "
        f"matters to one person; {esc(better)}.</p>"
    )


def secondary_blocks(pages: Pages) -> Iterator[str]:
    """Yield the secondary outcomes.

    Yields
    ------
    str
        Blocks of HTML.
    """
    report = pages.report
    results = [
        r
        for r in report.results_of(OutcomeRole.SECONDARY)
        if not is_supplementary(r)
        and report.protocol.outcome(r.outcome).source is OutcomeSource.QUESTIONNAIRE
    ]
    yield f"<p>{promised('multiplicity', report.protocol.analysis.multiplicity)}</p>"
    if results:
        yield pages.table(result_table(report, "secondary", "Secondary outcomes", results))
    yield pages.figure("forest")


def sessions_blocks(pages: Pages) -> Iterator[str]:
    """Yield change within listening sessions.

    Yields
    ------
    str
        Blocks of HTML.
    """
    source = (OutcomeSource.SESSION_RATING,)
    for result in results_of(pages.report, source):
        yield result_sentence(pages.report, result)
    yield from results_block(pages, "session-level", "Change within sessions", source)
    yield pages.figure("session-change")


def heart_blocks(pages: Pages) -> Iterator[str]:
    """Yield heart rate variability at rest.

    Yields
    ------
    str
        Blocks of HTML.
    """
    source = (OutcomeSource.RESTING_HRV,)
    recipes = dict.fromkeys(
        o.recipe for o in pages.report.protocol.outcomes if o.source in source and o.recipe
    )
    schedule = pages.report.protocol.sessions
    recording = f"{schedule.resting_minutes:g} minutes"
    yield (
        f"<p>Seated resting recording of {promised('sessions', recording)}, without music. Recipe: "
        f"{', '.join(promised('recipe', recipe) for recipe in recipes) or 'none named'}. "
        "A recording that fails the recipe’s quality rule has no value and is counted as missing.</p>"
    )
    yield from results_block(pages, "hrv", "Resting heart rate variability", source)


def supplementary_blocks(pages: Pages) -> Iterator[str]:
    """Yield results of another kind than means.

    Yields
    ------
    str
        Blocks of HTML.
    """
    table = supplementary_table(pages.report)
    if table is None:
        yield "<p>The plan has no analysis of another kind than means and their differences.</p>"
        return
    yield (
        "<p>What these estimate is not the primary effect: it is read beside it, with the assumptions that stand below the table. How each "
        "strategy for intercurrent events is carried out stands with the estimand.</p>"
    )
    yield pages.table(table)
    for one in pages.report.mediation:
        yield pages.figure(hidden_cause_figure_id(one))
    for planned in pages.report.protocol.analysis.analyses:
        yield pages.figure(subgroup_figure_id(planned))

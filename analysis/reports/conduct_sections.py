"""The sections on how the trial went: flow, baseline, delivery, harms, deviations, blinding, events, missing data."""

from collections.abc import Iterator

from analysis.imputed_analysis import ImputedAnalysis
from analysis.reports.delivery_table import delivery_table
from analysis.reports.event_tables import deviation_table, event_table
from analysis.reports.flow import flow_table, render_flow
from analysis.reports.guess_table import guess_table
from analysis.reports.harm_tables import harms_listing, harms_table
from analysis.reports.missing_tables import missing_table, pattern_table
from analysis.reports.pages import Pages, definitions
from analysis.reports.participant_tables import analysis_set_table, baseline_table
from analysis.reports.result_blocks import results_block
from analysis.reports.result_sentences import result_sentence
from analysis.reports.safety_tables import alert_table, code_break_table, harm_asking_table
from analysis.reports.tipping_figure import tipping_figure_id
from analysis.reports.tracing import promised
from protocols.outcomes import OutcomeSource


def flow_blocks(pages: Pages) -> Iterator[str]:
    """Yield who was assessed, randomized and analysed.

    Yields
    ------
    str
        Blocks of HTML.
    """
    for imbalance in pages.report.imbalances:
        yield f'<p class="problem" role="alert">The flow does not add up. {promised("flow", imbalance.message)}</p>'
    yield (
        f'<figure id="figure-flow" class="flow">{render_flow(pages.report.flow)}'
        '<figcaption><span class="label">Figure 1</span> Flow of participants</figcaption></figure>'
    )
    yield pages.table(flow_table(pages.report.flow))
    yield pages.table(analysis_set_table(pages.report))


def baseline_blocks(pages: Pages) -> Iterator[str]:
    """Yield the participants at baseline.

    Yields
    ------
    str
        Blocks of HTML.
    """
    yield pages.table(baseline_table(pages.report))


def delivery_blocks(pages: Pages) -> Iterator[str]:
    """Yield what was planned and what was heard.

    Yields
    ------
    str
        Blocks of HTML.
    """
    report = pages.report
    schedule = report.protocol.sessions
    plan = f"{schedule.count} sessions of {schedule.duration_minutes:g} minutes in {schedule.weeks} weeks"
    yield f"<p>Planned for every participant: {promised('sessions', plan)}.</p>"
    yield pages.table(delivery_table(report))
    yield from results_block(
        pages, "adherence", "Adherence and dose", (OutcomeSource.ADHERENCE, OutcomeSource.DOSE)
    )


def harms_blocks(pages: Pages) -> Iterator[str]:
    """Yield harms, and how they were looked for.

    Yields
    ------
    str
        Blocks of HTML.
    """
    report = pages.report
    yield f"<p>{promised('harms', report.protocol.harms)}</p>"
    yield pages.table(harms_table(report))
    yield from results_block(
        pages, "harms-difference", "Adverse events, compared", (OutcomeSource.ADVERSE_EVENTS,)
    )
    if report.harms.listing:
        yield pages.table(harms_listing(report))
    yield "<h3>How harms were looked for</h3>"
    yield pages.table(harm_asking_table(report))
    if report.alerts:
        yield pages.table(alert_table(report))
    else:
        yield "<p>No safety alert was raised.</p>"


def deviations_blocks(pages: Pages) -> Iterator[str]:
    """Yield deviations from the protocol.

    Yields
    ------
    str
        Blocks of HTML.
    """
    if pages.report.deviations:
        yield pages.table(deviation_table(pages.report))
    else:
        yield "<p>No protocol deviation is on record.</p>"


def blinding_blocks(pages: Pages) -> Iterator[str]:
    """Yield whether the blind held.

    Yields
    ------
    str
        Blocks of HTML.
    """
    yield f"<p>{promised('blinding', pages.report.protocol.blinding)}</p>"
    if pages.report.guesses:
        yield pages.table(guess_table(pages.report))
    else:
        yield "<p>The protocol asks nobody to guess the arm.</p>"
    if any(arm.breaks for arm in pages.report.code_breaks):
        yield pages.table(code_break_table(pages.report))
    else:
        yield "<p>Nobody’s code was broken in an emergency.</p>"


def events_blocks(pages: Pages) -> Iterator[str]:
    """Yield intercurrent events and how they are detected.

    Yields
    ------
    str
        Blocks of HTML.
    """
    primary = pages.report.primary.estimand
    yield "<p>The events of the primary estimand are with the primary outcome; those of the other estimands follow.</p>"
    for events in pages.report.events:
        if events.estimand != primary:
            yield pages.table(event_table(pages.report, events))
    yield "<h3>How events are detected</h3>" + definitions(
        *(
            (event.label, promised("intercurrent_events", event.detected_by))
            for event in pages.report.protocol.intercurrent_events
        )
    )


def missing_blocks(pages: Pages) -> Iterator[str]:
    """Yield missing data and what was imputed.

    Yields
    ------
    str
        Blocks of HTML.
    """
    yield (
        "<p>Every model analyses complete cases: randomized participants with the outcome and, where it is a covariate, "
        "its baseline observed. Values are imputed only in analyses that say so.</p>"
    )
    for imputed in pages.report.imputed:
        yield from _imputed(pages, imputed)
    yield pages.table(missing_table(pages.report))
    yield pages.table(pattern_table(pages.report))


def _imputed(pages: Pages, imputed: ImputedAnalysis) -> Iterator[str]:
    result = pages.report.result(imputed.result_id)
    yield result_sentence(pages.report, result)
    yield f"<p>{promised('missing_data', result.missing_data)}</p>"
    yield pages.figure(tipping_figure_id(imputed))

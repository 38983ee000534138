"""The sections of the report, in order; each is a list of blocks of HTML. Numbers come from tracing.py, tables and figures only."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from analysis.bundle import PROTOCOL_FILE, RECORDS_FILE
from analysis.imputed_analysis import ImputedAnalysis
from analysis.plan import AnalysisReport
from analysis.planned_looks import LooksOfPlan
from analysis.reports.checklist import ItemStatus, checklist_table, consort_map
from analysis.reports.figure import Figure, render_figure
from analysis.reports.flow import flow_table, render_flow
from analysis.reports.formatting import decimals_of, esc, words
from analysis.reports.guess_table import guess_table
from analysis.reports.held_looks import held_looks_table
from analysis.reports.hidden_cause_figure import hidden_cause_figure_id
from analysis.reports.multiplicity import steps_table
from analysis.reports.participant_tables import (
    analysis_set_table,
    baseline_table,
    delivery_table,
    deviation_table,
    event_table,
    harms_listing,
    harms_table,
    missing_table,
    pattern_table,
)
from analysis.reports.plan_table import fits_table, missing_data_table, plan_table
from analysis.reports.planned_tests import (
    bounds_table,
    hypotheses_table,
    inference_table,
    last_look_table,
)
from analysis.reports.result_tables import index_table, result_table
from analysis.reports.safety_tables import alert_table, code_break_table, harm_asking_table
from analysis.reports.subgroup_figure import subgroup_figure_id
from analysis.reports.supplementary import is_supplementary, supplementary_table
from analysis.reports.table import Table, render_table
from analysis.reports.tipping_figure import tipping_figure_id
from analysis.reports.tracing import level, number, p_value, promised
from analysis.results import Result
from protocols.outcomes import OutcomeRole, OutcomeSource
from protocols.promised_tests import hypotheses_in_words, looks_in_words

LONG_ROWS = 30
"""Tables of a figure's data longer than this are left out of print; the CSV file has them."""


@dataclass(kw_only=True)
class Pages:
    """The report being put together: counts tables and figures, and keeps the tables for export."""

    report: AnalysisReport
    figures: tuple[Figure, ...]
    tables: list[Table] = field(default_factory=list)
    figures_shown: int = 1

    def table(self, table: Table) -> str:
        """Add a table and return it as HTML."""
        self.tables.append(table)
        return render_table(table, len(self.tables))

    def figure(self, figure_id: str) -> str:
        """Return a figure with its data as HTML; nothing when the report has no such figure."""
        figure = next((figure for figure in self.figures if figure.id == figure_id), None)
        if figure is None:
            return ""
        self.figures_shown += 1
        is_long = len(figure.table.rows) > LONG_ROWS
        elsewhere = f'<p class="elsewhere">Data: <code>figures/{esc(figure.id)}.csv</code></p>'
        return (
            render_figure(figure, self.figures_shown)
            + f'<details class="{"long" if is_long else "brief"}">'
            + f"<summary>Data of figure {self.figures_shown}</summary>"
            + f"{render_table(figure.table, None)}</details>{elsewhere if is_long else ''}"
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """One section of the report."""

    id: str
    title: str
    body: str


def build_sections(pages: Pages) -> tuple[Section, ...]:
    """Write every section that has something to say."""
    written = (
        Section(id=section_id, title=title, body="".join(blocks(pages)))
        for section_id, title, blocks in _SECTIONS
    )
    return tuple(section for section in written if section.body)


def _synopsis(pages: Pages) -> Iterator[str]:
    report = pages.report
    protocol = report.protocol
    yield _definitions(
        ("Design", promised("design", protocol.design)),
        ("Population", promised("population", protocol.population)),
        ("Setting", promised("setting", protocol.setting)),
        ("Arms", _arms(report)),
        ("Primary outcome", promised("outcomes", protocol.primary_outcome.label)),
        ("Objectives", "<br>".join(promised("objectives", o) for o in protocol.objectives)),
        ("Dates", _dates(report)),
    )
    yield "<h3>Participants</h3>" + _participants_sentence(report)
    yield "<h3>Primary result</h3>" + _result_sentence(report, report.primary)
    yield (
        "<p>The sentences above describe estimates and their uncertainty. This report draws no conclusion about benefit; "
        "that is for the authors, with harms, missing data and deviations in view.</p>"
    )


def _arms(report: AnalysisReport) -> str:
    labels = ", ".join(esc(arm.label) for arm in report.arms)
    if not report.masked:
        return promised("arms", labels)
    names = "; ".join(promised("arms", arm.label) for arm in report.protocol.arms)
    return f"{labels}: masked. Which of them is which of these is not known here: {names}."


def _dates(report: AnalysisReport) -> str:
    dates = report.dates
    parts = [
        ("screened", dates.first_screened, dates.last_screened),
        ("randomized", dates.first_randomized, dates.last_randomized),
    ]
    said = [f"{name} {_day(first)} to {_day(last)}" for name, first, last in parts if first]
    if dates.last_visit:
        said.append(f"last visit {_day(dates.last_visit)}")
    locked = report.locked_at
    said.append(
        f"database locked {_day(locked.date().isoformat())}" if locked else "database not locked"
    )
    return esc_join(said)


def esc_join(parts: Sequence[str]) -> str:
    """Join parts of a sentence that are HTML already, with a capital and a full stop."""
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}."


def _day(iso_date: str | None) -> str:
    return f'<time datetime="{esc(iso_date or "")}">{esc(iso_date or "")}</time>'


def _participants_sentence(report: AnalysisReport) -> str:
    arms = "; ".join(
        f"{number(report, f'flow:analysed/{arm.arm}/count')} of {number(report, f'flow:allocated/{arm.arm}/count')} in {esc(arm.label)}"
        for arm in report.arms
    )
    return (
        f"<p>{number(report, 'flow:assessed/count')} people were assessed for eligibility, "
        f"{number(report, 'flow:randomized/count')} were randomized. Analysed for the primary outcome: {arms}.</p>"
    )


def _result_sentence(report: AnalysisReport, result: Result) -> str:
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


def _definitions(*pairs: tuple[str, str]) -> str:
    rows = "".join(f"<dt>{esc(term)}</dt><dd>{text}</dd>" for term, text in pairs if text)
    return f"<dl>{rows}</dl>"


def _flow(pages: Pages) -> Iterator[str]:
    for imbalance in pages.report.imbalances:
        yield f'<p class="problem" role="alert">The flow does not add up. {promised("flow", imbalance.message)}</p>'
    yield (
        f'<figure id="figure-flow" class="flow">{render_flow(pages.report.flow)}'
        '<figcaption><span class="label">Figure 1</span> Flow of participants</figcaption></figure>'
    )
    yield pages.table(flow_table(pages.report.flow))
    yield pages.table(analysis_set_table(pages.report))


def _baseline(pages: Pages) -> Iterator[str]:
    yield pages.table(baseline_table(pages.report))


def _delivery(pages: Pages) -> Iterator[str]:
    report = pages.report
    schedule = report.protocol.sessions
    plan = f"{schedule.count} sessions of {schedule.duration_minutes:g} minutes in {schedule.weeks} weeks"
    yield f"<p>Planned for every participant: {promised('sessions', plan)}.</p>"
    yield pages.table(delivery_table(report))
    yield from _results_block(
        pages, "adherence", "Adherence and dose", (OutcomeSource.ADHERENCE, OutcomeSource.DOSE)
    )


def _results_block(
    pages: Pages, table_id: str, title: str, sources: tuple[OutcomeSource, ...]
) -> Iterator[str]:
    results = _of_sources(pages.report, sources)
    if results:
        yield pages.table(result_table(pages.report, table_id, title, results))


def _of_sources(report: AnalysisReport, sources: tuple[OutcomeSource, ...]) -> list[Result]:
    return [
        r
        for r in report.results
        if report.protocol.outcome(r.outcome).source in sources and not is_supplementary(r)
    ]


def _primary(pages: Pages) -> Iterator[str]:
    report = pages.report
    result = report.primary
    if result.estimand is not None:
        yield _estimand(report, result.estimand)
        events = next(e for e in report.events if e.estimand == result.estimand)
        yield pages.table(event_table(report, events))
    yield "<h3>Estimate</h3>" + _result_sentence(report, result)
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
    return "<h3>Estimand</h3>" + _definitions(
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


def _secondary(pages: Pages) -> Iterator[str]:
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


def _sessions(pages: Pages) -> Iterator[str]:
    source = (OutcomeSource.SESSION_RATING,)
    for result in _of_sources(pages.report, source):
        yield _result_sentence(pages.report, result)
    yield from _results_block(pages, "session-level", "Change within sessions", source)
    yield pages.figure("session-change")


def _heart(pages: Pages) -> Iterator[str]:
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
    yield from _results_block(pages, "hrv", "Resting heart rate variability", source)


def _hypotheses(pages: Pages) -> Iterator[str]:
    report = pages.report
    if report.tests is not None:
        yield "".join(
            f"<p>{promised('hypotheses', one)}</p>" for one in hypotheses_in_words(report.protocol)
        )
        yield pages.table(hypotheses_table(report, report.tests))
        if report.tests.outcome is not None:
            yield pages.table(steps_table(report.tests.outcome))
        yield pages.figure("testing-graph")
    if report.looks is not None:
        yield "".join(f"<p>{promised('looks', one)}</p>" for one in looks_in_words(report.protocol))
        yield from _looks(pages, report.looks)


def _looks(pages: Pages, looks: LooksOfPlan) -> Iterator[str]:
    if looks.held:
        yield pages.table(held_looks_table(pages.report.protocol, looks.held))
    yield pages.table(last_look_table(pages.report, looks))
    final = inference_table(pages.report, looks)
    if final is not None:
        yield pages.table(final)
    yield pages.table(bounds_table(looks))
    yield pages.figure("boundaries")


def _supplementary(pages: Pages) -> Iterator[str]:
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


def _harms(pages: Pages) -> Iterator[str]:
    report = pages.report
    yield f"<p>{promised('harms', report.protocol.harms)}</p>"
    yield pages.table(harms_table(report))
    yield from _results_block(
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


def _deviations(pages: Pages) -> Iterator[str]:
    if pages.report.deviations:
        yield pages.table(deviation_table(pages.report))
    else:
        yield "<p>No protocol deviation is on record.</p>"


def _blinding(pages: Pages) -> Iterator[str]:
    yield f"<p>{promised('blinding', pages.report.protocol.blinding)}</p>"
    if pages.report.guesses:
        yield pages.table(guess_table(pages.report))
    else:
        yield "<p>The protocol asks nobody to guess the arm.</p>"
    if any(arm.breaks for arm in pages.report.code_breaks):
        yield pages.table(code_break_table(pages.report))
    else:
        yield "<p>Nobody’s code was broken in an emergency.</p>"


def _events(pages: Pages) -> Iterator[str]:
    primary = pages.report.primary.estimand
    yield "<p>The events of the primary estimand are with the primary outcome; those of the other estimands follow.</p>"
    for events in pages.report.events:
        if events.estimand != primary:
            yield pages.table(event_table(pages.report, events))
    yield "<h3>How events are detected</h3>" + _definitions(
        *(
            (event.label, promised("intercurrent_events", event.detected_by))
            for event in pages.report.protocol.intercurrent_events
        )
    )


def _missing(pages: Pages) -> Iterator[str]:
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
    yield _result_sentence(pages.report, result)
    yield f"<p>{promised('missing_data', result.missing_data)}</p>"
    yield pages.figure(tipping_figure_id(imputed))


def _plan(pages: Pages) -> Iterator[str]:
    report = pages.report
    yield (
        "<p>Promised before the arms were known: each analysis with the hash of what defines it. The freezing of the "
        "protocol locks the plan; its hash stands under provenance.</p>"
    )
    yield pages.table(plan_table(report.protocol))
    yield pages.table(missing_data_table(report.protocol))
    yield pages.table(fits_table(report.results))


def _consort(pages: Pages) -> Iterator[str]:
    found = [evidence.status for evidence in consort_map(pages.report)]
    summary = "; ".join(
        f"{esc(status.value)}: {promised('consort', found.count(status))}" for status in ItemStatus
    )
    yield f"<p>Items by status: {summary}. A status says where to look, not whether the reporting is good.</p>"
    yield pages.table(checklist_table(pages.report))


def _provenance(pages: Pages) -> Iterator[str]:
    report = pages.report
    provenance = report.provenance
    software = ", ".join(f"{s.name} {s.version}" for s in provenance.software)
    yield _definitions(
        (
            "Protocol",
            f"{promised('study_id', report.protocol.study_id)}, version {promised('version', report.protocol.version)}",
        ),
        ("Hash of the protocol", f"<code>{esc(provenance.protocol_sha256)}</code>"),
        ("Hash of the records", f"<code>{esc(provenance.data_sha256)}</code>"),
        ("Version of the program", f"<code>{esc(provenance.code_version)}</code>"),
        ("Software", f"<code>{esc(software)}</code>"),
        ("Arms", "masked" if report.masked else "unmasked"),
        ("Database", "locked" if report.locked_at else "not locked: preliminary"),
        ("Rounding", "half up, at the last digit printed; results.json holds every digit"),
    )
    yield "<h3>How to repeat a number</h3>"
    yield (
        "<p>Protocol and records, as they were analysed, lie beside this page: "
        f'<a href="{PROTOCOL_FILE}">{PROTOCOL_FILE}</a> and <a href="{RECORDS_FILE}">{RECORDS_FILE}</a>; the SHA-256 of '
        "each file is its hash above. (The workbench hands the protocol’s file out only after unblinding, because the block "
        "sizes stand in it; the folder that <code>antiphon report</code> writes has both.) In a folder with both, with the "
        "folder of the program on Python’s path (<code>PYTHONPATH</code>), two lines give any number of this report again; "
        "the name of the result is in the table below.</p>"
    )
    yield f'<pre class="again"><code>{esc(report.primary.python_call)}</code></pre>'
    yield pages.table(index_table(report))


_SECTIONS: tuple[tuple[str, str, Callable[[Pages], Iterator[str]]], ...] = (
    ("synopsis", "Synopsis", _synopsis),
    ("flow", "Participant flow", _flow),
    ("baseline", "Baseline", _baseline),
    ("delivery", "Delivery, adherence and fidelity", _delivery),
    ("primary", "Primary outcome", _primary),
    ("secondary", "Secondary outcomes", _secondary),
    ("sessions", "Change within sessions", _sessions),
    ("hrv", "Resting heart rate variability", _heart),
    ("hypotheses", "Hypotheses and looks of the plan", _hypotheses),
    ("supplementary", "Supplementary results", _supplementary),
    ("harms", "Harms", _harms),
    ("deviations", "Protocol deviations", _deviations),
    ("blinding", "Whether the blind held", _blinding),
    ("events", "Intercurrent events", _events),
    ("missing", "Missing data", _missing),
    ("plan", "Analysis plan", _plan),
    ("consort", "CONSORT 2025 item map", _consort),
    ("provenance", "Provenance", _provenance),
)

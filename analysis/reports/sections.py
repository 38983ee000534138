"""The sections of the report, in order; each is a list of blocks of HTML. Numbers come from tracing.py, tables and figures only."""

from collections.abc import Callable, Iterator

from analysis.reports.conduct_sections import (
    baseline_blocks,
    blinding_blocks,
    delivery_blocks,
    deviations_blocks,
    events_blocks,
    flow_blocks,
    harms_blocks,
    missing_blocks,
)
from analysis.reports.exploratory import TITLE, exploratory_blocks
from analysis.reports.outcome_sections import (
    heart_blocks,
    primary_blocks,
    secondary_blocks,
    sessions_blocks,
    supplementary_blocks,
)
from analysis.reports.pages import Pages, Section
from analysis.reports.promise_sections import (
    consort_blocks,
    hypotheses_blocks,
    plan_blocks,
    provenance_blocks,
)
from analysis.reports.signal_sections import quality_blocks, signals_blocks
from analysis.reports.synopsis_section import synopsis_blocks


def build_sections(pages: Pages) -> tuple[Section, ...]:
    """Write every section that has something to say."""
    written = (
        Section(id=section_id, title=title, body="".join(blocks(pages)))
        for section_id, title, blocks in _SECTIONS
    )
    return tuple(section for section in written if section.body)


_SECTIONS: tuple[tuple[str, str, Callable[[Pages], Iterator[str]]], ...] = (
    ("synopsis", "Synopsis", synopsis_blocks),
    ("flow", "Participant flow", flow_blocks),
    ("baseline", "Baseline", baseline_blocks),
    ("delivery", "Delivery, adherence and fidelity", delivery_blocks),
    ("primary", "Primary outcome", primary_blocks),
    ("secondary", "Secondary outcomes", secondary_blocks),
    ("sessions", "Change within sessions", sessions_blocks),
    ("hrv", "Resting heart rate variability", heart_blocks),
    ("signals", "Signals at rest", signals_blocks),
    ("quality", "Quality of the recordings", quality_blocks),
    ("hypotheses", "Hypotheses and looks of the plan", hypotheses_blocks),
    ("supplementary", "Supplementary results", supplementary_blocks),
    ("exploratory", TITLE, exploratory_blocks),
    ("harms", "Harms", harms_blocks),
    ("deviations", "Protocol deviations", deviations_blocks),
    ("blinding", "Whether the blind held", blinding_blocks),
    ("events", "Intercurrent events", events_blocks),
    ("missing", "Missing data", missing_blocks),
    ("plan", "Analysis plan", plan_blocks),
    ("consort", "CONSORT 2025 item map", consort_blocks),
    ("provenance", "Provenance", provenance_blocks),
)

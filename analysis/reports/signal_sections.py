"""The sections on signals: outcomes of signals at rest, the quality of every recording, and the GRAPH table."""

from collections.abc import Iterator

from analysis.reports.graph_table import graph_table
from analysis.reports.pages import Pages
from analysis.reports.quality_tables import participant_quality_table, quality_table
from analysis.reports.result_blocks import results_block, results_of
from analysis.reports.tracing import promised
from protocols.outcomes import OutcomeSource


def signals_blocks(pages: Pages) -> Iterator[str]:
    """Yield the outcomes of signals other than the heartbeat; nothing when the protocol promises none.

    Yields
    ------
    str
        Blocks of HTML.
    """
    source = (OutcomeSource.RESTING_SIGNAL,)
    if not results_of(pages.report, source):
        return
    recipes = dict.fromkeys(
        o.recipe for o in pages.report.protocol.outcomes if o.source in source and o.recipe
    )
    yield (
        "<p>Signals beside the heartbeat in the seated resting recording, without music. Recipes: "
        f"{', '.join(promised('recipe', recipe) for recipe in recipes)}. "
        "A recording that fails its recipe’s quality rule has no value and is counted as missing.</p>"
    )
    yield from results_block(pages, "signals-results", "Signals at rest", source)


def quality_blocks(pages: Pages) -> Iterator[str]:
    """Yield how good the recordings are, and what a paper reports of them.

    Yields
    ------
    str
        Blocks of HTML.
    """
    if pages.report.quality.recordings:
        yield pages.table(quality_table(pages.report))
        yield pages.table(participant_quality_table(pages.report))
    else:
        yield "<p>No signal of a randomized participant is on record.</p>"
    if pages.report.graph:
        yield pages.table(graph_table(pages.report))

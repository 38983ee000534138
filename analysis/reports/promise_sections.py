"""The sections on the plan: hypotheses and looks, the analyses themselves, CONSORT's items, and where everything comes from."""

from collections.abc import Iterator

from analysis.bundle import PROTOCOL_FILE, RECORDS_FILE
from analysis.planned_looks import LooksOfPlan
from analysis.reports.checklist import ItemStatus, checklist_table, consort_map
from analysis.reports.formatting import esc
from analysis.reports.held_looks import held_looks_table
from analysis.reports.multiplicity import steps_table
from analysis.reports.pages import Pages, definitions
from analysis.reports.plan_table import fits_table, missing_data_table, plan_table
from analysis.reports.planned_tests import (
    bounds_table,
    hypotheses_table,
    inference_table,
    last_look_table,
)
from analysis.reports.result_tables import index_table
from analysis.reports.tracing import promised
from protocols.promised_tests import hypotheses_in_words, looks_in_words


def hypotheses_blocks(pages: Pages) -> Iterator[str]:
    """Yield hypotheses tested together, and the looks.

    Yields
    ------
    str
        Blocks of HTML.
    """
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


def plan_blocks(pages: Pages) -> Iterator[str]:
    """Yield the analysis plan and how its models were fitted.

    Yields
    ------
    str
        Blocks of HTML.
    """
    report = pages.report
    yield (
        "<p>Promised before the arms were known: each analysis with the hash of what defines it. The freezing of the "
        "protocol locks the plan; its hash stands under provenance.</p>"
    )
    yield pages.table(plan_table(report.protocol))
    yield pages.table(missing_data_table(report.protocol))
    yield pages.table(fits_table(report.results))


def consort_blocks(pages: Pages) -> Iterator[str]:
    """Yield where each item of CONSORT is reported.

    Yields
    ------
    str
        Blocks of HTML.
    """
    found = [evidence.status for evidence in consort_map(pages.report)]
    summary = "; ".join(
        f"{esc(status.value)}: {promised('consort', found.count(status))}" for status in ItemStatus
    )
    yield f"<p>Items by status: {summary}. A status says where to look, not whether the reporting is good.</p>"
    yield pages.table(checklist_table(pages.report))


def provenance_blocks(pages: Pages) -> Iterator[str]:
    """Yield what the report was made from.

    Yields
    ------
    str
        Blocks of HTML.
    """
    report = pages.report
    provenance = report.provenance
    software = ", ".join(f"{s.name} {s.version}" for s in provenance.software)
    yield definitions(
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

"""The matching certificate as one self-contained page that prints, and as JSON.

Contents: `certificate_html`, `certificate_json`, `verdict_in_words`, `write_certificate`.
"""

import json
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import analysis.reports
from analysis.reports.figure import Figure, draw_svg, render_figure
from analysis.reports.table import Cell, Row, Table, render_table, words_cell
from protocols.canonical import to_plain
from trials.simulation.match_certificate import CertifiedFeature, MatchCertificate

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Canvas

SIMULATED = (
    "These sessions were made by a program, before any participant. They say how alike the music of the arms is, and nothing "
    "about people."
)
_STYLE_FILE = Path(analysis.reports.__file__).with_name("report.css")
HEIGHT_IN = 0.42
"""Of one feature in the drawing."""


def certificate_json(certificate: MatchCertificate) -> str:
    """Return the certificate with its hash, every number with every digit."""
    plain = {**to_plain(certificate), "alike": certificate.alike, "sha256": certificate.sha256}
    return json.dumps(plain, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def certificate_html(certificate: MatchCertificate) -> str:
    """Return the certificate as a page."""
    title = f"{certificate.study_id}: music of {certificate.arm_a} and {certificate.arm_b}"
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE_FILE.read_text('utf-8')}</style></head><body>"
        f'<aside><p class="banner simulated">{escape(SIMULATED)}</p></aside><main>'
        f"<h1>{escape(title)}</h1><p>{escape(verdict_in_words(certificate))}</p>"
        f"{render_figure(_figure(certificate), 1)}{render_table(_table(certificate), 1)}"
        f"{_made_how(certificate)}</main></body></html>\n"
    )


def verdict_in_words(certificate: MatchCertificate) -> str:
    """Say whether the music is alike, and if not, in what it is not."""
    if certificate.alike:
        return (
            f"Alike in every feature: {len(certificate.features)} of {len(certificate.features)}."
        )
    apart = ", ".join(one.label.lower() for one in certificate.features if not one.alike)
    return f"Not alike in: {apart}."


def _table(certificate: MatchCertificate) -> Table:
    limit = certificate.maximum_standardized_difference
    return Table(
        id="match",
        title="Features of the music in both arms",
        population=f"{certificate.sessions} simulated sessions of {certificate.minutes:g} minutes in each arm",
        stub_heading="Feature",
        columns=(
            f"{certificate.arm_a}, mean (SD)",
            f"{certificate.arm_b}, mean (SD)",
            "Standardized difference (95 % CI)",
            "Variance ratio",
            "Equivalence",
            "Alike",
        ),
        rows=tuple(_row(one) for one in certificate.features),
        footnotes=(
            f"Standardized difference: {certificate.arm_a} less {certificate.arm_b}, over the root mean square of both SDs.",
            f"Limits: standardized difference {limit:g}, variance ratio 0.5 and 2.",
            "Equivalence: two one-sided Welch tests against the bound of the protocol, at 5 %; a dash where it names no bound.",
            f"Sound (loudness, dynamic range, centroid) was measured in {certificate.segments_heard} segments of each session.",
            "The matched programmes were made to take the courses of these very simulated sessions.",
            "Compare the music that participants really heard again, blind, before the lock.",
        ),
    )


def _row(one: CertifiedFeature) -> Row:
    difference = "no spread" if one.standardized_difference is None else _signed(one)
    ratio = "–" if one.variance_ratio is None else f"{one.variance_ratio:.2f}"
    return Row(
        stub=f"{one.label} ({one.unit})",
        cells=(
            Cell(text=f"{one.mean_a:.2f} ({one.sd_a:.2f})", value=one.mean_a),
            Cell(text=f"{one.mean_b:.2f} ({one.sd_b:.2f})", value=one.mean_b),
            Cell(text=difference, value=one.standardized_difference),
            Cell(text=ratio, value=one.variance_ratio),
            words_cell(_equivalence(one)),
            words_cell("yes" if one.alike else "no"),
        ),
    )


def _signed(one: CertifiedFeature) -> str:
    text = f"{one.standardized_difference:.3f}"
    if one.lower is not None and one.upper is not None:
        text += f" ({one.lower:.2f} to {one.upper:.2f})"
    return text.replace("-", "−")


def _equivalence(one: CertifiedFeature) -> str:
    if not one.bound:
        return "–"
    shown = {True: "shown", False: "not shown", None: "cannot be said"}[one.equivalent]
    p = "" if one.equivalence_p is None else f", p = {one.equivalence_p:.2g}"
    return f"{shown} within {one.bound}{p}"


def _figure(certificate: MatchCertificate) -> Figure:
    known = [one for one in certificate.features if one.standardized_difference is not None]
    limit = certificate.maximum_standardized_difference

    def draw(canvas: "Canvas") -> None:
        axes = canvas.subplots()
        axes.axvspan(-limit, limit, color="#e3ecf5")
        axes.axvline(0.0, color="#444444", linewidth=0.8)
        for place, one in enumerate(reversed(known)):
            difference = one.standardized_difference or 0.0
            if one.lower is not None and one.upper is not None:
                axes.plot([one.lower, one.upper], [place, place], color="#1f5a8a")
            axes.plot([difference], [place], "o" if one.alike else "X", color="#1f5a8a")
        axes.set_yticks(range(len(known)), [one.label for one in reversed(known)])
        axes.set_xlabel("Standardized difference of session means")

    size_in = (7.0, 1.2 + HEIGHT_IN * len(known))
    return Figure(
        id="match",
        title="Standardized differences with 95 % confidence intervals; shaded: within the limit",
        svg=draw_svg("match", size_in, draw),
        alternative="; ".join(f"{one.label} {_signed(one)}" for one in known) + ".",
        table=_table(certificate),
    )


def _made_how(certificate: MatchCertificate) -> str:
    entries = (
        ("Protocol", f"{certificate.study_id}, SHA-256 {certificate.protocol_sha256}"),
        (certificate.arm_a, f"definition {certificate.definition_a_sha256}"),
        (certificate.arm_b, f"definition {certificate.definition_b_sha256}"),
        ("Courses", f"pool {certificate.pool_sha256}"),
        ("Listeners", f"simulated: {', '.join(certificate.listeners)}, in turn"),
        (
            "Seeds",
            f"{certificate.first_seed} to {certificate.first_seed + certificate.sessions - 1}",
        ),
        ("Program", certificate.software_version),
        ("Certificate", f"SHA-256 {certificate.sha256}"),
    )
    rows = "".join(
        f"<dt>{escape(name)}</dt><dd><code>{escape(what)}</code></dd>" for name, what in entries
    )
    return f"<h2>How it was made</h2><dl>{rows}</dl>"


def write_certificate(certificate: MatchCertificate, out: Path) -> None:
    """Write the certificate: as a page where the name ends in html, as JSON otherwise."""
    is_page = out.suffix.lower() in {".html", ".htm"}
    text = certificate_html(certificate) if is_page else certificate_json(certificate)
    out.write_text(text, encoding="utf-8")

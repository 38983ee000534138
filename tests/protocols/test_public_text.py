"""The public protocol is readable and keeps the restricted annex back (SPIRIT 2025 item 21b)."""

from dataclasses import replace

import pytest

from protocols.document import public_protocol_text, shipped_protocol

TEXT = public_protocol_text(shipped_protocol())


@pytest.mark.requirement("SPIRIT 21b")
def test_block_sizes_leave_no_trace_in_the_public_text() -> None:
    protocol = shipped_protocol()
    other = replace(
        protocol, randomization=replace(protocol.randomization, block_sizes=(10, 12, 14))
    )

    assert public_protocol_text(other) == TEXT
    assert "4, 6, 8" not in TEXT
    assert "seed" not in TEXT.replace("session's seed", "")


def test_every_part_has_its_section_in_the_order_of_a_protocol() -> None:
    headings = [line.removeprefix("## ") for line in TEXT.splitlines() if line.startswith("## ")]

    assert headings == [
        "Background",
        "Objectives",
        "Participants",
        "Eligibility",
        "Arms",
        "Music common to both arms",
        "Other care",
        "Schedule",
        "Outcomes",
        "Intercurrent events",
        "Estimands",
        "Sample size",
        "Randomization",
        "Blinding",
        "Statistical analysis",
        "Harms",
        "Safety rules",
        "Stopping",
        "Administration",
        "Consent (version 1.0)",
        "Notice about sensing",
    ]


def test_an_empty_part_leaves_no_empty_section() -> None:
    shipped = shipped_protocol()
    plain = replace(shipped.arms[1], ai_system="")
    protocol = replace(shipped, harms="", concomitant_care="", arms=(shipped.arms[0], plain))

    text = public_protocol_text(protocol)

    assert "## Harms" not in text
    assert text.count("**Algorithm.**") == 1
    assert "\n\n\n" not in text


def test_every_row_of_a_table_has_as_many_cells_as_its_head() -> None:
    tables = [block for block in TEXT.split("\n\n") if block.startswith("| ")]

    for table in tables:
        assert len({line.count(" | ") for line in table.splitlines()}) == 1
    assert len(tables) == 9


def test_numbers_that_a_reviewer_looks_for_are_there() -> None:
    assert "173 participants per arm, 346 in all (147 per arm with the outcome)" in TEXT
    assert "ratio 1:1" in TEXT
    assert "| Week 4 | 28 | -3 to +7 |" in TEXT
    assert "8 listening sessions of 20 minutes in 4 weeks" in TEXT


def test_a_bar_in_a_text_does_not_break_its_table() -> None:
    protocol = shipped_protocol()
    first = replace(protocol.analysis.analyses[0], missing_data="MAR | none")
    plan = replace(protocol.analysis, analyses=(first,))

    assert "MAR \\| none |" in public_protocol_text(replace(protocol, analysis=plan))

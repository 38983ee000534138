"""What a plan promises about several hypotheses and looks: refused where it gives away too much, and told to everybody."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from protocols.canonical import canonical_json, to_plain
from protocols.checks import find_faults
from protocols.comparison import compare_protocols
from protocols.design import Protocol
from protocols.document import (
    LIBRARY,
    ProtocolDocumentError,
    parse_protocol,
    protocol_from_canonical,
    protocol_hash,
    public_protocol_text,
    shipped_protocol,
)
from protocols.interim_looks import (
    FutilityForce,
    HypothesisSpending,
    PlannedConditionalPower,
    PlannedFutility,
    PlannedHarmStop,
    PlannedLooks,
    Spending,
)
from protocols.multiplicity import (
    FamilyProcedure,
    PlannedFamily,
    PlannedGraph,
    PlannedHeir,
    PlannedHypothesis,
)
from protocols.plan_document import plan_hash
from protocols.public_text import public_protocol_plain
from protocols.reading import path_text, value_from_plain

YAML_BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PRIMARY = "primary_gad7_week_4"
FAMILIES = (
    PlannedFamily(code="primary", label="Primary", analyses=(PRIMARY,)),
    PlannedFamily(
        code="secondary",
        label="Secondary",
        analyses=("phq9_week_4", "who5_week_4"),
        procedure=FamilyProcedure.HOCHBERG,
    ),
)
LOOKS = PlannedLooks(information_fractions=(0.5, 1.0), spending=Spending.O_BRIEN_FLEMING)


def promising(**promises: Any) -> Protocol:  # noqa: ANN401 - fields of the plan
    """Return the shipped protocol with more in its analysis plan."""
    shipped = shipped_protocol()
    return replace(shipped, analysis=replace(shipped.analysis, **promises))


def hypothesis(analysis: str, weight: float, **heirs: float) -> PlannedHypothesis:
    return PlannedHypothesis(
        analysis=analysis,
        weight=weight,
        heirs=tuple(PlannedHeir(analysis=name, share=share) for name, share in heirs.items()),
    )


GRAPH = PlannedGraph(
    hypotheses=(
        hypothesis(PRIMARY, 1.0, phq9_week_4=0.5, who5_week_4=0.5),
        hypothesis("phq9_week_4", 0.0, who5_week_4=1.0),
        hypothesis("who5_week_4", 0.0),
    )
)


SOUND: list[dict[str, Any]] = [
    {"families": FAMILIES},
    {"graph": GRAPH},
    {"looks": LOOKS},
    {"looks": LOOKS, "graph": GRAPH},
    {
        "looks": PlannedLooks(
            information_fractions=(0.5, 1.0),
            spending=Spending.O_BRIEN_FLEMING,
            conditional_power=PlannedConditionalPower(threshold=0.2),
            harm=PlannedHarmStop(level=0.1, spending=Spending.POCOCK),
            hypotheses=(HypothesisSpending(analysis="phq9_week_4", spending=Spending.POCOCK),),
        ),
        "graph": GRAPH,
    },
]


@pytest.mark.parametrize("promises", SOUND)
def test_a_sound_promise_has_no_fault(promises: dict[str, Any]) -> None:
    assert find_faults(promising(**promises)) == ()


def family(*analyses: str, code: str = "one") -> PlannedFamily:
    return PlannedFamily(code=code, label="One", analyses=analyses)


def graph(*hypotheses: PlannedHypothesis) -> PlannedGraph:
    return PlannedGraph(hypotheses=hypotheses)


def looks(
    *fractions: float, spending: Spending = Spending.POCOCK, parameter: float | None = None
) -> PlannedLooks:
    return PlannedLooks(information_fractions=fractions, spending=spending, parameter=parameter)


def own_spending(*analyses: str) -> PlannedLooks:
    """Return looks with a spending function of their own for some analyses."""
    own = (HypothesisSpending(analysis=code, spending=Spending.POCOCK) for code in analyses)
    return replace(LOOKS, hypotheses=tuple(own))


HOLM = (FAMILIES[0], replace(FAMILIES[1], procedure=FamilyProcedure.HOLM))
FUTILITY = PlannedFutility(spending=Spending.POCOCK)
BINDING = replace(FUTILITY, force=FutilityForce.BINDING)
POWERLESS = PlannedConditionalPower(threshold=0.2)
HARM = PlannedHarmStop(level=0.1, spending=Spending.POCOCK)
BEYOND = [
    (
        {"families": (family(PRIMARY, "sleep"),)},
        "analysis.families[0].analyses[1]",
        "The hypothesis “sleep” is no planned analysis.",
    ),
    (
        {"families": (family(PRIMARY, "adherence"),)},
        "analysis.families[0].analyses[1]",
        "adherence is described and not compared",
    ),
    (
        {"families": (family(PRIMARY), family(PRIMARY, code="two"))},
        "analysis.families[1].analyses[0]",
        "is named twice",
    ),
    (
        {"families": (family(PRIMARY), family("phq9_week_4"))},
        "analysis.families[1].code",
        "The code “one” is used twice.",
    ),
    (
        {"families": (family(PRIMARY), family(code="two"))},
        "analysis.families[1].analyses",
        "two has no hypothesis",
    ),
    (
        {"families": (family("phq9_week_4"),)},
        "analysis.families",
        "The primary analysis primary_gad7_week_4 is not among the hypotheses",
    ),
    ({"families": FAMILIES, "graph": GRAPH}, "analysis.graph", "would be tested twice"),
    ({"graph": graph()}, "analysis.graph.hypotheses", "The graph has no hypothesis."),
    (
        {"graph": graph(hypothesis(PRIMARY, 0.7), hypothesis("phq9_week_4", 0.7))},
        "analysis.graph.hypotheses",
        "The weights of the graph are 0.7, 0.7, together 1.4: more than there is.",
    ),
    (
        {"graph": graph(hypothesis(PRIMARY, 1.5))},
        "analysis.graph.hypotheses",
        "each must lie between 0 and 1",
    ),
    (
        {"graph": graph(hypothesis(PRIMARY, 0.0))},
        "analysis.graph.hypotheses",
        "so none could be rejected",
    ),
    (
        {"graph": graph(hypothesis(PRIMARY, 1.0, who5_week_4=1.0))},
        "analysis.graph.hypotheses[0].heirs[0].analysis",
        "“who5_week_4”, which is not in the graph",
    ),
    (
        {"graph": graph(hypothesis(PRIMARY, 1.0, **{PRIMARY: 1.0}))},
        "analysis.graph.hypotheses[0].heirs[0].analysis",
        "inherits from itself",
    ),
    (
        {
            "graph": graph(
                hypothesis(PRIMARY, 1.0, phq9_week_4=0.6, who5_week_4=0.6),
                hypothesis("phq9_week_4", 0.0),
                hypothesis("who5_week_4", 0.0),
            )
        },
        "analysis.graph.hypotheses[0].heirs",
        "The shares that primary_gad7_week_4 passes on are 0.6, 0.6, together 1.2",
    ),
    (
        {"looks": looks(0.5, 0.5, 1.0)},
        "analysis.looks.information_fractions",
        "The looks are at 0.5, 0.5, 1 of the information: each must come after the one before it.",
    ),
    ({"looks": looks(1.0)}, "analysis.looks.information_fractions", "The plan has 1 looks"),
    (
        {"looks": looks(0.5, 0.9)},
        "analysis.looks.information_fractions[1]",
        "The last look is at 0.9",
    ),
    ({"looks": looks(0.0, 1.0)}, "analysis.looks.information_fractions", "each must come after"),
    (
        {"looks": looks(0.5, 1.0, spending=Spending.KIM_DEMETS)},
        "analysis.looks",
        "kim_demets needs a parameter",
    ),
    (
        {"looks": looks(0.5, 1.0, spending=Spending.KIM_DEMETS, parameter=0.0)},
        "analysis.looks.parameter",
        "must be above 0",
    ),
    ({"looks": looks(0.5, 1.0, parameter=1.0)}, "analysis.looks.parameter", "has no parameter"),
    (
        {"looks": LOOKS, "families": FAMILIES},
        "analysis.families[1].procedure",
        "is adjusted by hochberg, which does not keep its level at several looks",
    ),
    (
        {"looks": own_spending(PRIMARY), "families": HOLM},
        "analysis.looks.hypotheses[0].analysis",
        "“primary_gad7_week_4” is no hypothesis beside the primary one.",
    ),
    (
        {"looks": own_spending("phq9_week_4", "phq9_week_4"), "families": HOLM},
        "analysis.looks.hypotheses[1].analysis",
        "spends its share in two ways",
    ),
    (
        {"looks": replace(LOOKS, futility=FUTILITY, conditional_power=POWERLESS)},
        "analysis.looks.conditional_power",
        "two rules for the same",
    ),
    (
        {"looks": replace(LOOKS, futility=replace(FUTILITY, parameter=2.0))},
        "analysis.looks.futility.parameter",
        "pocock has no parameter",
    ),
    (
        {"looks": replace(LOOKS, futility=BINDING), "families": HOLM},
        "analysis.looks.futility.force",
        "and other hypotheses share its level",
    ),
    (
        {"looks": replace(LOOKS, conditional_power=replace(POWERLESS, threshold=1.0))},
        "analysis.looks.conditional_power.threshold",
        "The limit of conditional power is 1: it must lie between 0 and 1.",
    ),
    (
        {"looks": replace(LOOKS, harm=replace(HARM, level=0.5))},
        "analysis.looks.harm.level",
        "The level for harm is 0.5",
    ),
    (
        {"looks": replace(LOOKS, harm=replace(HARM, spending=Spending.HWANG_SHIH_DECANI))},
        "analysis.looks.harm",
        "hwang_shih_decani needs a parameter",
    ),
    (
        {"families": (replace(FAMILIES[0], arms=("adaptive",)),)},
        "analysis.families[0].arms[0]",
        "With two arms an analysis has one comparison",
    ),
]


@pytest.mark.requirement("SPIRIT 27a")
@pytest.mark.parametrize(("promises", "path", "what"), BEYOND)
def test_a_promise_that_cannot_hold_is_refused_where_it_is_mended(
    promises: dict[str, Any], path: str, what: str
) -> None:
    faults = find_faults(promising(**promises))

    assert [path_text(fault.path) for fault in faults] == [path]
    assert what in faults[0].what
    assert faults[0].mend


def test_looks_at_what_cannot_be_followed_are_refused() -> None:
    family = PlannedFamily(code="all", label="All", analyses=(PRIMARY, "adverse_events"))

    found = find_faults(promising(looks=LOOKS, families=(family,)))

    assert any("whose statistic cannot be followed from look to look" in one.what for one in found)


def test_heirs_named_twice_are_refused() -> None:
    twice = PlannedHypothesis(
        analysis=PRIMARY,
        weight=1.0,
        heirs=(PlannedHeir(analysis="phq9_week_4", share=0.5),) * 2,
    )

    found = find_faults(promising(graph=graph(twice, hypothesis("phq9_week_4", 0.0))))

    assert any("names its heir phq9_week_4 twice" in fault.what for fault in found)


YAML = """\
  families:
    - code: primary
      label: Primary
      analyses: [primary_gad7_week_4]
    - code: secondary
      label: Secondary
      analyses: [phq9_week_4, who5_week_4]
      procedure: hochberg
  analyses:
"""


def shipped_text() -> str:
    return (LIBRARY / "anxiety_adaptive_music.yaml").read_text(encoding="utf-8")


def test_families_are_written_in_the_protocol_file_and_read_as_values() -> None:
    text = shipped_text().replace("  analyses:\n", YAML, 1)

    assert parse_protocol(text, "example.yaml").analysis.families == FAMILIES


def test_a_wrong_promise_in_the_file_is_told_with_its_line() -> None:
    text = shipped_text().replace("  analyses:\n", YAML.replace("who5_week_4", "who5"), 1)

    with pytest.raises(ProtocolDocumentError) as refused:
        parse_protocol(text, "example.yaml")

    (problem,) = refused.value.problems
    assert problem.line == 1 + text[: text.index("[phq9_week_4, who5]")].count("\n")
    assert problem.what == "The hypothesis “who5” is no planned analysis."


@pytest.mark.parametrize("promises", [{"families": FAMILIES}, {"graph": GRAPH}, {"looks": LOOKS}])
def test_a_promise_is_part_of_hash_plan_and_json_and_is_stored_and_read_alike(
    promises: dict[str, Any],
) -> None:
    protocol = promising(**promises)

    assert protocol_hash(protocol) != protocol_hash(shipped_protocol())
    assert plan_hash(protocol) != plan_hash(shipped_protocol())
    assert protocol_from_canonical(canonical_json(protocol)) == protocol
    assert set(promises) <= set(public_protocol_plain(protocol)["analysis"])


def test_a_protocol_without_such_promises_keeps_the_bytes_it_was_frozen_with() -> None:
    text = canonical_json(shipped_protocol()).decode()

    assert not any(f'"{field}"' in text for field in ("families", "graph", "looks"))


def test_two_versions_are_compared_hypothesis_by_hypothesis() -> None:
    heirs = (replace(GRAPH.hypotheses[0].heirs[0], share=0.25), GRAPH.hypotheses[0].heirs[1])
    other = PlannedGraph(
        hypotheses=(replace(GRAPH.hypotheses[0], heirs=heirs), *GRAPH.hypotheses[1:])
    )

    (changed,) = compare_protocols(promising(graph=GRAPH), promising(graph=other))
    (added,) = compare_protocols(shipped_protocol(), promising(looks=LOOKS))

    assert changed.path == (
        "analysis.graph.hypotheses[primary_gad7_week_4].heirs[phq9_week_4].share"
    )
    assert (changed.before, changed.after) == ("0.5", "0.25")
    assert (added.path, added.before) == ("analysis.looks", "")
    assert "o_brien_fleming" in added.after


@pytest.mark.requirement("SPIRIT 27a")
def test_the_public_protocol_tells_families_heirs_and_looks() -> None:
    families = public_protocol_text(promising(families=FAMILIES))
    inherited = public_protocol_text(promising(graph=GRAPH))
    looked = public_protocol_text(promising(looks=LOOKS))

    assert "family by family; each waits until all of the one before it is rejected." in families
    assert "- Secondary (Hochberg): Depressive symptoms at week 4; Well-being at week 4" in families
    assert (
        "- Primary: anxiety at week 4: 1 of the level; passes on 0.5 to Depressive symptoms at week 4, "
        "0.5 to Well-being at week 4" in inherited
    )
    assert "- Well-being at week 4: 0 of the level; passes nothing on" in inherited
    assert (
        "looks at 0.5 and all of the information, Lan-DeMets spending like O'Brien and Fleming, "
        "at a two-sided level of 0.05." in looked
    )


@pytest.mark.parametrize(
    ("page", "promised"),
    [
        ("multiplicity", ["families", "graph"]),
        ("interim-looks", ["looks", "looks", "families, looks"]),
    ],
)
def test_what_the_pages_show_can_be_promised_as_it_stands_there(
    checkout: Path, page: str, promised: list[str]
) -> None:
    text = (checkout / "docs" / "explanation" / f"{page}.md").read_text("utf-8")
    shown = [yaml.safe_load(block)["analysis"] for block in YAML_BLOCK.findall(text)]

    assert [", ".join(sorted(one)) for one in shown] == promised
    for one in shown:
        plain = to_plain(shipped_protocol())
        plain["analysis"] |= one
        assert find_faults(value_from_plain(Protocol, plain)) == ()


def test_one_family_waits_for_nobody_and_a_parameter_is_told() -> None:
    alone = public_protocol_text(promising(families=(family(PRIMARY, "phq9_week_4"),)))

    assert "have a two-sided level of 0.05.\n" in alone
    told = replace(LOOKS, spending=Spending.HWANG_SHIH_DECANI, parameter=-4.0)
    assert told.label.endswith("Hwang-Shih-DeCani spending with parameter -4")

"""The analysis plan as a document: all that defines an analysis is under its hash."""

from dataclasses import replace

import pytest

from protocols.analysis_plan import PlannedAnalysis
from protocols.document import shipped_protocol
from protocols.plan_document import define, definitions_of, plan_hash

PROTOCOL = shipped_protocol()


def planned(code: str) -> PlannedAnalysis:
    return next(one for one in PROTOCOL.analysis.analyses if one.code == code)


def test_every_planned_analysis_has_a_definition_and_a_hash_of_its_own() -> None:
    found = definitions_of(PROTOCOL)

    assert [one.planned for one in found] == list(PROTOCOL.analysis.analyses)
    assert len({one.sha256 for one in found}) == len(found)


def test_another_estimand_changes_the_hash_of_its_analyses_and_of_the_plan() -> None:
    estimands = tuple(replace(one, summary="another summary") for one in PROTOCOL.estimands)
    other = replace(PROTOCOL, estimands=estimands)

    before = {one.planned.code: one.sha256 for one in definitions_of(PROTOCOL)}
    after = {one.planned.code: one.sha256 for one in definitions_of(other)}
    changed = {code for code in before if before[code] != after[code]}
    assert changed == {a.code for a in PROTOCOL.analysis.analyses if a.estimand}
    assert plan_hash(other) != plan_hash(PROTOCOL)


def test_what_does_not_define_the_analysis_leaves_its_hash() -> None:
    other = replace(PROTOCOL, title="Another title")

    assert plan_hash(other) == plan_hash(PROTOCOL)


def test_the_words_around_the_analyses_are_under_the_hash_of_the_plan() -> None:
    analysis = replace(PROTOCOL.analysis, multiplicity="no rule")

    assert plan_hash(replace(PROTOCOL, analysis=analysis)) != plan_hash(PROTOCOL)


@pytest.mark.parametrize(
    ("code", "model", "df_method", "covariances"),
    [
        (
            "primary_gad7_week_4",
            "analysis of covariance with baseline, site, severity",
            "residual",
            (),
        ),
        (
            "mixed_model_gad7_week_4",
            "mixed model for repeated measures with baseline, site, severity",
            "kenward-roger-linear",
            ("us", "toeph", "csh"),
        ),
        (
            "jump_to_reference_gad7_week_4",
            (
                "analysis of covariance with baseline, site, severity, after imputation "
                "(jump to reference; jackknife)"
            ),
            "normal",
            (),
        ),
        ("dose", "difference in means (Welch)", "Welch and Satterthwaite", ()),
        ("adherence", "description by arm", "none", ()),
    ],
)
def test_model_covariances_and_degrees_of_freedom_are_said_in_words(
    code: str, model: str, df_method: str, covariances: tuple[str, ...]
) -> None:
    found = define(PROTOCOL, planned(code))

    assert (found.model, found.df_method, found.covariances) == (model, df_method, covariances)


def test_complete_questionnaires_only_is_part_of_the_rule_for_missing_data() -> None:
    found = define(PROTOCOL, planned("complete_items_gad7_week_4"))

    assert "Only fully answered questionnaires count." in found.missing_data

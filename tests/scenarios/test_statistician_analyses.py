"""A statistician's look behind the results: plan, one analysis, comparison, exploration and export, all masked."""

import pytest
from streamlit.testing.v1 import AppTest

from data.records.people import Role
from protocols.design import Protocol
from protocols.document import protocol_hash
from protocols.plan_document import plan_hash
from screens.analysis_view import ANALYSIS
from screens.single_analysis_view import EXPLORED, PLANNED
from tests.scenarios.conftest import Office, labelled, press, read
from trials.audit_trail import AuditFilter, audit_trail
from trials.explorations import recorded_explorations

PLAN, ANALYSES = "statistician/plan", "statistician/analyses"
COMPARE, EXPLORE, EXPORT = "statistician/compare", "statistician/explore", "statistician/export"
WHY = "A reviewer asked for it."
PAGES = (PLAN, ANALYSES, COMPARE, EXPLORE, EXPORT)


def choose(at: AppTest, label: str, value: object) -> AppTest:
    """Choose a value in the one select box with this label."""
    labelled(at, "selectbox", label).set_value(value).run()
    assert not at.exception
    return at


def because(at: AppTest) -> AppTest:
    """Say why one analyses outside the plan."""
    labelled(at, "text_area", "Why do you analyse outside the plan?").set_value(WHY).run()
    return at


def named_arms(protocol: Protocol, *shown: object) -> list[str]:
    """Return the true names of arms that can be read somewhere."""
    text = "".join(map(str, shown))
    return [name for arm in protocol.arms for name in (arm.label, arm.code) if name in text]


def test_the_plan_says_who_locked_it_under_which_hash_and_that_it_holds(
    office: Office, small_protocol: Protocol
) -> None:
    office.sign_in("stan")

    said = read(office.open(PLAN))

    assert plan_hash(small_protocol) in said
    assert protocol_hash(small_protocol) in said
    assert "Frozen by" in said
    assert "the protocol in force is the one that was frozen" in said
    assert "us, else toeph, else csh" in said
    assert "kenward-roger-linear" in said
    assert "Nobody has analysed outside the plan" in said


def test_a_chosen_analysis_shows_its_card_its_calls_and_its_figures_and_names_no_arm(
    office: Office, small_protocol: Protocol
) -> None:
    actor = office.sign_in("stan")
    at = choose(office.open(ANALYSES), "Planned analysis", "primary_gad7_week_4")

    at = office.wait(press(at, "Run this analysis"))

    said = read(at)
    view = PLANNED.found(actor)
    assert view is not None
    assert view.planned
    assert "outcome ~ arm + baseline + site + severity" in said
    assert "report().result('primary_gad7_week_4').estimate" in said
    assert "emmeans::emmeans" in said
    assert "proc glm" in said
    assert "Why this may differ from SAS or R" in said
    assert {figure.id for figure in view.figures} == {"adjusted-means", "residuals"}
    assert named_arms(small_protocol, said, view) == []


def test_an_analysis_that_cannot_be_estimated_says_why_and_breaks_nothing(office: Office) -> None:
    office.sign_in("stan")
    at = choose(office.open(ANALYSES), "Planned analysis", "gad7_week_12")

    at = office.wait(press(at, "Run this analysis"))

    assert not at.exception
    assert any("There is no estimate" in warning.value for warning in at.warning)


def test_an_exploration_is_labelled_on_record_with_its_call_and_names_no_arm(
    office: Office, small_protocol: Protocol
) -> None:
    actor = office.sign_in("stan")
    at = because(choose(office.open(EXPLORE), "Estimator", "difference_in_means"))

    at = office.wait(press(at, "Record and run outside the plan"))

    said = read(at)
    assert "EXPLORATORY" in said
    assert WHY in said
    assert '.explore(\'{"analysis":"primary_gad7_week_4"' in said
    rows = audit_trail(office.store, actor, AuditFilter(action="explore")).rows
    assert [(row.user_id, row.role) for row in rows] == [("stan", "statistician")]
    assert '"estimator":"difference_in_means"' in rows[0].changes[0].after
    view = EXPLORED.found(actor)
    assert view is not None
    assert not view.planned
    assert not any(result.planned for result in view.results)
    assert named_arms(small_protocol, said, view) == []


def test_another_covariance_can_be_chosen_for_a_mixed_model(office: Office) -> None:
    actor = office.sign_in("stan")
    at = choose(office.open(EXPLORE), "Estimator", "mmrm")
    at = choose(at, "Covariance", "cs")
    at = because(choose(at, "Degrees of freedom and errors", "satterthwaite"))

    at = office.wait(press(at, "Record and run outside the plan"))

    (one,) = recorded_explorations(office.store, actor)
    assert one.exploration.mixed_model is not None
    assert one.exploration.mixed_model.structures == ("cs",)
    assert one.exploration.mixed_model.method == "satterthwaite"
    assert "Exploratory: mixed model for repeated measures" in read(at).replace("\\", "")


def test_nothing_is_run_outside_the_plan_without_a_reason(office: Office) -> None:
    actor = office.sign_in("stan")

    at = press(office.open(EXPLORE), "Record and run outside the plan")

    assert any("say in a sentence why" in error.value for error in at.error)
    assert recorded_explorations(office.store, actor) == ()


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        (
            "primary_gad7_week_4",
            {
                "ordinal": "Cuts between the categories",
                "win_ratio": "What decides a pair, the most important first",
                "reliable_change": "Reliability",
                "responder_stratified": "Strata",
                "rerandomization": "Draws of the allocation",
                "clda": "Covariance",
            },
        ),
        ("dose", {"restricted_mean": "Up to day", "hodges_lehmann": "Ranked is"}),
    ],
)
def test_each_estimator_asks_for_what_it_needs(
    office: Office, code: str, asked: dict[str, str]
) -> None:
    office.sign_in("stan")
    at = choose(office.open(EXPLORE), "Data of the planned analysis", code)

    for estimator, said in asked.items():
        at = choose(at, "Estimator", estimator)
        widgets = [*at.text_input, *at.multiselect, *at.number_input, *at.selectbox]
        assert said in [widget.label for widget in widgets], estimator


def test_what_was_explored_stands_beside_the_plan_and_in_every_file(office: Office) -> None:
    actor = office.sign_in("stan")
    at = because(choose(office.open(EXPLORE), "Estimator", "difference_in_means"))
    office.wait(press(at, "Record and run outside the plan"))

    at = office.wait(press(office.open(COMPARE), "Run the analysis"))

    standing = standings(at)
    exploratory = [name for name, how in standing.items() if how == "exploratory"]
    assert standing[r"Primary\: anxiety at week 4"] == "planned"
    assert any(name.startswith("Exploratory") for name in exploratory)
    view = ANALYSIS.found(actor)
    assert view is not None
    assert "exploratory_" in view.results_csv
    assert '"planned": false' in view.results_json


def standings(at: AppTest) -> dict[str, str]:
    """Return what the page calls planned or exploratory, by the first column of its tables."""
    frames = [table.value for table in at.table if "Standing" in table.value.columns]
    return {
        str(row["Analysis"]): str(row["Standing"])
        for frame in frames
        if "Analysis" in frame.columns
        for _, row in frame.iterrows()
    }


def test_files_have_their_hashes_and_no_arm_is_named_in_them(
    office: Office, small_protocol: Protocol
) -> None:
    actor = office.sign_in("stan")

    at = office.wait(press(office.open(EXPORT), "Prepare the files"))

    view = ANALYSIS.found(actor)
    assert view is not None
    assert [export.format for export in view.exports] == ["csv", "json", "parquet"]
    said = read(at)
    assert view.exports[0].sha256 in said
    assert "datasets/adsl.csv" in said
    assert named_arms(small_protocol, said, view) == []


@pytest.mark.parametrize("page", PAGES)
def test_page_says_what_to_do_before_a_trial_is_open(empty_office: Office, page: str) -> None:
    empty_office.add("stan", Role.STATISTICIAN)
    empty_office.sign_in("stan")

    at = empty_office.open(page)

    assert not at.exception
    assert "An administrator opens it on the page **Trial**" in read(at)

"""Each disagreement between parts of a protocol is found where it is mended."""

from dataclasses import replace
from typing import Any

import pytest

from protocols.canonical import to_plain
from protocols.checks import find_faults
from protocols.design import Protocol
from protocols.document import shipped_protocol
from protocols.reading import path_text, value_from_plain


def altered(path: str, value: object) -> Protocol:
    """Return the shipped protocol with one value replaced, e.g. ``visits.2.day``."""
    plain = to_plain(shipped_protocol())
    *above, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place: Any = plain
    for step in above:
        place = place[step]
    place[last] = value
    return value_from_plain(Protocol, plain)


CASES = [
    ("title", " ", "title", "“title” is empty."),
    ("objectives", [], "objectives", "There is no objective."),
    ("visits.2.code", "Week 4", "visits[2].code", "The code “Week 4” is not a plain word."),
    ("outcomes.8.code", "dose", "outcomes[8].code", "The code “dose” is used twice."),
    ("arms.0.role", "active_comparator", "arms", "No arm is experimental."),
    ("criteria", [], "criteria", "There is no inclusion criterion."),
    (
        "criteria.1.score",
        "sum",
        "criteria[1].score",
        "gad7 has no score “sum”.",
    ),
    (
        "criteria.1.questionnaire",
        "k10",
        "criteria[1].questionnaire",
        "k10 is asked at no visit before the baseline.",
    ),
    ("visits.3.epoch", "later", "visits[3].epoch", "that does not exist."),
    ("visits.2.window_before_days", -1, "visits[2]", "The window of visit week_4 is negative."),
    ("visits.2.questionnaires", ["gad9"], "visits[2].questionnaires[0]", "no questionnaire “gad9”"),
    ("visits.2.questionnaires", ["GAD-7"], "visits[2].questionnaires[0]", "is known as “gad7”"),
    ("visits.2.day", 84, "visits[3].day", "The visit week_12 is not later than week_4."),
    ("visits.2.window_after_days", 60, "visits[3]", "The windows of week_4 and week_12 overlap."),
    (
        "criteria.1.minimum",
        None,
        "criteria[1].minimum",
        "has no score from which it is met.",
    ),
    (
        "visits.2.window_before_days",
        28,
        "visits[2].window_before_days",
        "opens on day 0 or before randomization.",
    ),
    (
        "outcomes.0.visit",
        "baseline",
        "outcomes[0].visit",
        "is measured at baseline, before anything can have had an effect.",
    ),
    (
        "outcomes.0.minimal_important_difference",
        0,
        "outcomes[0].minimal_important_difference",
        "A smallest important difference is positive.",
    ),
    (
        "randomization.factors.0.code",
        "severity",
        "randomization.factors[1].code",
        "Two factors have the code “severity”.",
    ),
    (
        "randomization.factors.0.levels.0.code",
        "LEI|severity=mild",
        "randomization.factors[0]",
        "cannot be part of the name of a stratum.",
    ),
    ("sessions.weeks", 0, "sessions.weeks", "“weeks” must be more than 0."),
    ("sessions.count", 30, "sessions.count", "30 sessions in 4 weeks are more than one a day."),
    ("sessions.window_days", 4, "sessions.window_days", "Sessions are 3.5 days apart"),
    ("sessions.attended_share", 1.5, "sessions.attended_share", "An attended share of 1.5 is not"),
    ("sessions.weeks", 8, "visits[2].day", "closes before the last session, on day 56."),
    ("sessions.rating", "mood", "sessions.rating", "There is no questionnaire “mood”."),
    ("randomization.ratio", [1], "randomization.ratio", "The ratio has 1 shares for 2 arms."),
    ("randomization.ratio", [2, 1], "randomization.block_sizes[0]", "4 is not a multiple of 3"),
    ("randomization.block_sizes", [], "randomization.block_sizes", "There is no block size."),
    (
        "randomization.slots_per_stratum",
        100,
        "randomization.slots_per_stratum",
        "100 slots a stratum could run out with 346 participants.",
    ),
    (
        "randomization.factors.0.levels",
        [],
        "randomization.factors[0].levels",
        "Site has no levels.",
    ),
    (
        "randomization.factors.0.levels.1.code",
        "LEI",
        "randomization.factors[0].levels",
        "Two levels of Site have the same code.",
    ),
    (
        "randomization.factors.1.visit",
        None,
        "randomization.factors[1]",
        "does not say which score at which visit",
    ),
    (
        "randomization.factors.1.visit",
        "week_4",
        "randomization.factors[1].visit",
        "gad7 is not asked at a visit “week_4” before randomization.",
    ),
    (
        "randomization.factors.1.levels.0.minimum",
        None,
        "randomization.factors[1].levels",
        "has no minimum or no maximum",
    ),
    (
        "randomization.factors.1.levels.1.minimum",
        16,
        "randomization.factors[1].levels[1]",
        "there is a gap at 14 to 16",
    ),
    (
        "randomization.factors.1.levels.1.minimum",
        14,
        "randomization.factors[1].levels[1]",
        "there is an overlap at 14 to 14",
    ),
    (
        "randomization.factors.1.levels.0.minimum",
        11,
        "randomization.factors[1].levels[0]",
        "begin at 11, inclusion at 10",
    ),
    (
        "randomization.factors.1.levels.1.maximum",
        20,
        "randomization.factors[1].levels[1]",
        "end at 20, the score at 21",
    ),
    ("sample_size.statistical_power", 1.0, "sample_size", "assumptions of the sample size are not"),
    ("sample_size.difference", 0.0, "sample_size.difference", "The difference to be found is 0"),
    ("sample_size.dropout_share", 0.2, "sample_size.per_arm", "173 participants per arm do not"),
    (
        "analysis.significance_level",
        0.01,
        "sample_size.significance_level",
        "use different levels of significance",
    ),
    ("outcomes.0.role", "secondary", "outcomes", "There are 0 primary outcomes."),
    ("outcomes.1.role", "primary", "outcomes", "There are 2 primary outcomes."),
    ("analysis.analyses.0.estimand", None, "analysis.analyses", "estimates none of its estimands"),
    ("outcomes.0.questionnaire", None, "outcomes[0]", "gad7_week_4 names no questionnaire."),
    ("outcomes.0.questionnaire", "gad9", "outcomes[0].questionnaire", "no questionnaire “gad9”"),
    ("outcomes.0.score", "percent", "outcomes[0].score", "gad7 has no score “percent”."),
    ("outcomes.0.visit", "week_5", "outcomes[0].visit", "at a visit “week_5” that does not exist"),
    ("outcomes.4.visit", "week_12", "outcomes[4].visit", "that visit does not collect it"),
    ("outcomes.4.recipe", None, "outcomes[4]", "does not say by which recipe"),
    ("sessions.rating", "vas", "outcomes[5].questionnaire", "rating that is not asked"),
    (
        "outcomes.0.minimal_important_difference",
        -1.0,
        "outcomes[0].minimal_important_difference",
        "is positive",
    ),
    ("estimands.1.outcome", "sleep", "estimands[1].outcome", "“sleep” that does not exist"),
    ("estimands.0.strategies", [], "estimands[0].strategies", "has 0 strategies for death"),
    (
        "estimands.0.strategies.0.event",
        "death",
        "estimands[0].strategies",
        "has 2 strategies for death",
    ),
    (
        "estimands.0.strategies.0.event",
        "moved",
        "estimands[0].strategies[0].event",
        "“moved”, which is no event",
    ),
    ("analysis.analyses.4.outcome", "mood", "analysis.analyses[4].outcome", "does not exist"),
    ("analysis.analyses.4.missing_data", " ", "analysis.analyses[4]", "missing data"),
    ("analysis.analyses.4.estimator", "session_change", "analysis.analyses[4].estimator", "fit"),
    ("analysis.analyses.4.estimand", "x", "analysis.analyses[4].estimand", "does not exist"),
    (
        "analysis.analyses.6.estimand",
        "gad7_week_12_policy",
        "analysis.analyses[6].estimand",
        "are about different outcomes",
    ),
    (
        "analysis.analyses.0.covariates",
        ["age"],
        "analysis.analyses[0].covariates[0]",
        "adjusts for “age”, which is unknown",
    ),
    (
        "analysis.analyses.2.outcome",
        "dose",
        "analysis.analyses[2].imputation",
        "is no ancova of an outcome at a visit",
    ),
    (
        "analysis.analyses.2.missing_items",
        "complete",
        "analysis.analyses[2].imputation",
        "leaves out questionnaires with unanswered items",
    ),
    (
        "analysis.analyses.2.imputation.variance",
        "rubin",
        "analysis.analyses[2].imputation",
        "names no number of imputations or no seed",
    ),
    (
        "analysis.analyses.2.imputation.seed",
        1,
        "analysis.analyses[2].imputation",
        "the jackknife needs none",
    ),
    (
        "analysis.analyses.2.imputation.imputations",
        1,
        "analysis.analyses[2].imputation.imputations",
        "asks for 1 imputations",
    ),
    (
        "analysis.analyses.2.imputation.largest_delta",
        0.0,
        "analysis.analyses[2].imputation.largest_delta",
        "is not positive",
    ),
    (
        "analysis.analyses.3.mixed_model",
        None,
        "analysis.analyses[3].mixed_model",
        "is a mixed model without covariance structures",
    ),
    (
        "analysis.analyses.3.estimator",
        "ancova",
        "analysis.analyses[3].mixed_model",
        "is no mmrm or clda of an outcome at a visit",
    ),
    (
        "analysis.analyses.3.missing_items",
        "complete",
        "analysis.analyses[3].mixed_model",
        "leaves out questionnaires with unanswered items",
    ),
    (
        "analysis.analyses.3.mixed_model.structures",
        ["us", "us"],
        "analysis.analyses[3].mixed_model.structures",
        "or one of them twice",
    ),
    (
        "analysis.analyses.3.mixed_model.structures",
        [],
        "analysis.analyses[3].mixed_model.structures",
        "names no covariance structure",
    ),
    (
        "visits.1.resting_recording",
        False,
        "analysis.analyses[8].covariates",
        "baseline value of ln_rmssd_week_4 that is not collected",
    ),
    ("analysis.significance_level", 0.0, "analysis.significance_level", "not between 0 and 1"),
    ("analysis.confidence_level", 0.9, "analysis.confidence_level", "is not 1 minus"),
    (
        "analysis.per_protocol_minimum_sessions",
        9,
        "analysis.per_protocol_minimum_sessions",
        "Per protocol asks for 9 sessions.",
    ),
    ("music.target_arousal", -1.5, "music.target_arousal", "outside -1 to 1"),
    ("music.loudness_lufs", -6.0, "music.loudness_lufs", "outside -40 to -16"),
    ("music.fade_s", 0.0, "music.fade_s", "A fade of 0 s startles."),
    ("music.ranges.0.parameter", "swing", "music.ranges[0]", "“swing” is no musical parameter"),
    ("music.ranges.1.parameter", "tempo_bpm", "music.ranges", "“tempo_bpm” has 2 ranges."),
    ("music.ranges.0.maximum", 300.0, "music.ranges[0]", "is not a range inside 30 to 180"),
    ("music.ranges.0.minimum", 100.0, "music.ranges[0]", "tempo_bpm from 100 to 100"),
    ("music.ranges.0.maximum_change", 60.0, "music.ranges[0]", "may change by 60 at once"),
    ("matching.bounds.0.bound", -4.0, "matching.bounds[0]", "The bound of tempo_bpm is negative."),
    ("matching.bounds.1.feature", "tempo_bpm", "matching.bounds[1]", "has two bounds"),
    (
        "matching.maximum_standardized_difference",
        0.0,
        "matching.maximum_standardized_difference",
        "is not in 0 to 1",
    ),
    ("safety_rules.0.code", "halt", "safety_rules", "There is no rule “stop_button”"),
    ("safety_rules.11.code", "item9", "safety_rules", "raises the alert “phq9_item9”"),
    (
        "sessions.duration_minutes",
        30,
        "safety_rules[10].threshold",
        "planned for 30 minutes, and the safety rule session_length ends them after 25",
    ),
    ("safety_rules.3.threshold", 9.0, "safety_rules[3].threshold", "keeps 5 s for signal_hold"),
    ("safety_rules.1.threshold", -30.0, "safety_rules[1].threshold", "not a positive number"),
]


@pytest.mark.parametrize(
    ("path", "value", "place", "what"), CASES, ids=[f"{case[0]} {case[1]}" for case in CASES]
)
def test_a_disagreement_is_found_where_it_is_mended(
    path: str, value: object, place: str, what: str
) -> None:
    faults = find_faults(altered(path, value))

    matching = [fault for fault in faults if path_text(fault.path) == place and what in fault.what]
    assert matching, [f"{path_text(fault.path)}: {fault.what}" for fault in faults]
    assert all(fault.mend for fault in faults)


def test_the_shipped_protocol_has_no_fault() -> None:
    assert find_faults(shipped_protocol()) == ()


def test_a_trial_with_one_arm_is_no_comparison() -> None:
    protocol = shipped_protocol()

    faults = find_faults(replace(protocol, arms=protocol.arms[:1]))

    assert "There are fewer than two arms." in [fault.what for fault in faults]


def test_a_score_that_lets_people_in_is_asked_before_the_visit_that_eligibility_opens() -> None:
    """Asked at the baseline only, nobody could ever be found eligible: the baseline opens afterwards."""
    shipped = shipped_protocol()
    visits = tuple(visit for visit in shipped.visits if visit.code != "screening")

    found = {
        (path_text(fault.path), fault.what)
        for fault in find_faults(replace(shipped, visits=visits))
    }

    assert ("criteria[1].questionnaire", "gad7 is asked at no visit before the baseline.") in found


def test_a_schedule_without_a_visit_after_randomization_is_refused() -> None:
    shipped = shipped_protocol()
    before = tuple(visit for visit in shipped.visits if visit.day <= 0)

    found = [fault.what for fault in find_faults(replace(shipped, visits=before))]

    assert (
        "There is no visit after randomization, so that nobody could complete the trial." in found
    )


def test_a_schedule_without_a_baseline_is_refused() -> None:
    protocol = shipped_protocol()

    faults = find_faults(replace(protocol, visits=protocol.visits[2:]))

    assert "There is no visit before randomization." in [fault.what for fault in faults]

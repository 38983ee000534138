"""Who is in which set (CONSORT 2025 item 21b)."""

import pytest

from analysis.analysis_sets import members_of
from analysis.plan import AnalysisReport
from protocols.analysis_plan import AnalysisSet


@pytest.mark.requirement("CONSORT 21b")
def test_every_set_and_its_exclusions_make_up_the_randomized(report: AnalysisReport) -> None:
    randomized = members_of(report.memberships, AnalysisSet.RANDOMIZED)

    for membership in report.memberships:
        excluded = {exclusion.participant_id for exclusion in membership.exclusions}
        assert set(membership.members) | excluded == randomized
        assert not set(membership.members) & excluded


def test_who_never_listened_is_not_in_the_safety_set(report: AnalysisReport) -> None:
    assert "GRA-041" not in members_of(report.memberships, AnalysisSet.SAFETY)


def test_few_sessions_or_an_important_deviation_keep_out_of_the_per_protocol_set(
    report: AnalysisReport,
) -> None:
    per_protocol = next(m for m in report.memberships if m.analysis_set is AnalysisSet.PER_PROTOCOL)

    reasons = {e.participant_id: e.reason for e in per_protocol.exclusions}

    assert reasons["GRA-005"] == "attended fewer than 6 sessions"
    assert reasons["GRA-033"] == "important protocol deviation"
    assert "LEI-026" not in reasons

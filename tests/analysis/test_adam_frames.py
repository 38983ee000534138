"""Frames carry ADaM names, one row a participant, measurement, session or event."""

from analysis.adam_frames import adae_frame, adqs_frame, adsl_frame, advas_frame
from analysis.plan import AnalysisReport


def test_adsl_has_one_row_a_participant_and_a_flag_for_each_set(report: AnalysisReport) -> None:
    adsl = adsl_frame("CALM-1", report.datasets.participants, report.memberships)

    flags = {m.analysis_set.value: len(m.members) for m in report.memberships}
    assert len(adsl) == 60
    assert adsl["USUBJID"].is_unique
    assert {"STUDYID", "TRT01P", "STRSITE", "STRSEVER"} <= set(adsl.columns)
    for column, name in (
        ("RANDFL", "randomized"),
        ("FASFL", "full_analysis"),
        ("PPROTFL", "per_protocol"),
        ("SAFFL", "safety"),
    ):
        assert (adsl[column] == "Y").sum() == flags[name]


def test_adqs_has_a_change_of_zero_at_baseline(report: AnalysisReport) -> None:
    adqs = adqs_frame("CALM-1", report.datasets)

    assert {"PARAMCD", "AVISIT", "AVISITN", "AVAL", "BASE", "CHG", "ABLFL", "DTYPE"} <= set(
        adqs.columns
    )
    assert (adqs[adqs["ABLFL"] == "Y"]["CHG"] == 0).all()


def test_advas_has_one_row_a_rated_session(report: AnalysisReport) -> None:
    advas = advas_frame("CALM-1", report.datasets)

    assert len(advas) == len(report.datasets.ratings)
    assert list(advas["CHG"].dropna()) == [
        rating.change for rating in report.datasets.ratings if rating.change is not None
    ]


def test_adae_has_every_event_and_flags_those_that_are_counted(report: AnalysisReport) -> None:
    adae = adae_frame("CALM-1", report.datasets, report.harms.listing)

    assert len(adae) == len(report.harms.listing)
    assert (adae["TRTEMFL"] == "Y").sum() == sum(report.harms.rows[0].events)


def test_adae_without_an_event_still_has_its_columns(report: AnalysisReport) -> None:
    assert "AETERM" in adae_frame("CALM-1", report.datasets, ()).columns

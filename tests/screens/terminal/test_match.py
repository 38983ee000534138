"""`antiphon match`: the certificate of how alike the music of two arms is."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from protocols.canonical import hash_of
from protocols.document import LIBRARY, shipped_protocol
from screens.match_page import certificate_html, verdict_in_words, write_certificate
from tests.screens.terminal.fit.command_line import CommandLine
from trials.simulation.match_certificate import MatchCertificate, MatchSample, certify_match

SMALL = ("--sessions", 2, "--minutes", 1)


@pytest.fixture
def antiphon(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """Return somebody who types commands."""
    return CommandLine(capture=capsys, patch=monkeypatch)


@pytest.fixture(scope="module")
def certificate() -> MatchCertificate:
    """Certify sixteen whole sessions of each arm, their sound in one segment each."""
    sample = MatchSample(sessions=16, segments_heard=1)
    return certify_match(shipped_protocol(), "adaptive", "matched_fixed", sample, lambda _: None)


def test_whole_sessions_of_both_arms_are_nearly_alike(certificate: MatchCertificate) -> None:
    """Sixteen of the 64 courses: chance moves the differences a little, so 0.25 and not 0.1."""
    scores = [
        one
        for one in certificate.features
        if one.feature
        in {"tempo_bpm", "note_density_per_s", "register", "dynamics", "articulation"}
    ]

    assert len(scores) == 5
    assert all(abs(one.standardized_difference or 0.0) < 0.25 for one in scores)
    assert all(0.5 < (one.variance_ratio or 0.0) < 2.0 for one in scores)


def test_what_cannot_differ_does_not(certificate: MatchCertificate) -> None:
    found = {one.feature: one for one in certificate.features}

    for name in ("major", "parts", "duration_s"):
        assert (found[name].standardized_difference, found[name].alike) == (0.0, True)
    assert found["loudness_lufs"].mean_a == pytest.approx(-23.0, abs=0.02)
    assert found["loudness_lufs"].mean_b == pytest.approx(-23.0, abs=0.02)


def test_equivalence_is_tested_where_the_protocol_names_a_bound(
    certificate: MatchCertificate,
) -> None:
    bounded = {one.feature for one in certificate.features if one.bound}

    assert bounded == {
        "tempo_bpm",
        "note_density_per_s",
        "spectral_centroid_hz",
        "loudness_lufs",
        "duration_s",
    }


def test_the_page_names_each_feature_both_hashes_and_that_it_is_simulated(
    certificate: MatchCertificate,
) -> None:
    page = certificate_html(certificate)

    assert all(one.label in page for one in certificate.features)
    assert certificate.sha256 in page
    assert certificate.definition_a_sha256 in page
    assert "made by a program" in page
    assert verdict_in_words(certificate) in page


def test_a_feature_that_is_apart_is_named_in_the_verdict(certificate: MatchCertificate) -> None:
    apart = replace(certificate.features[0], alike=False)
    found = replace(certificate, features=(apart, *certificate.features[1:]))

    assert not found.alike
    assert verdict_in_words(found).startswith("Not alike in: tempo")


def test_the_json_holds_the_hash_of_everything_else(
    certificate: MatchCertificate, tmp_path: Path
) -> None:
    write_certificate(certificate, tmp_path / "match.json")
    found = json.loads((tmp_path / "match.json").read_text(encoding="utf-8"))

    sha256, alike = found.pop("sha256"), found.pop("alike")
    assert (sha256, alike) == (hash_of(found), certificate.alike)


def test_the_first_edition_is_not_alike_and_the_command_says_so(
    antiphon: CommandLine, tmp_path: Path
) -> None:
    shipped = (LIBRARY / "anxiety_adaptive_music.yaml").read_text(encoding="utf-8")
    first = tmp_path / "first.yaml"
    first.write_text(shipped.replace("  edition: music-2\n", ""), encoding="utf-8")
    out = tmp_path / "match.json"
    words = (*SMALL, "--protocol", first, "--out", out, "--json")

    done = antiphon.run("match", "adaptive", "matched_fixed", *words)

    assert done.code == 1
    assert json.loads(done.out) == json.loads(out.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("arms", "says"),
    [
        pytest.param(("adaptive", "placebo"), "There is no arm 'placebo'", id="unknown arm"),
        pytest.param(("adaptive", "adaptive"), "Name two different arms", id="the same arm"),
    ],
)
def test_arms_that_cannot_be_compared_get_a_sentence(
    antiphon: CommandLine, tmp_path: Path, arms: tuple[str, str], says: str
) -> None:
    done = antiphon.run("match", *arms, "--out", tmp_path / "match.json")

    assert (done.code, done.out) == (2, "")
    assert says in done.error
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_gets_a_sentence_before_anything_is_played(
    antiphon: CommandLine, tmp_path: Path
) -> None:
    done = antiphon.run("match", "adaptive", "matched_fixed", "--out", tmp_path / "no" / "m.json")

    assert done.code == 2
    assert "There is no folder" in done.error

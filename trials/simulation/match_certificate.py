"""How alike the music of two arms is, certified from simulated sessions before a trial begins.

Conventions: the same simulated listeners hear both arms; the session is the unit. Sound is measured in some segments of each
session, spread evenly, rendered alone. Seeds follow each other, so that every course of a pool is played equally often.

Contents: `MatchCertificate`, `CertifiedFeature`, `certify_match`, `MUSIC_FEATURES`.

References
----------
Hedges, L. V. & Olkin, I. (1985), Statistical Methods for Meta-Analysis, ch. 5: variance of a standardized difference.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context

from data.records.music import Score
from interventions.arms.definition import arm_definition
from interventions.composition.courses import pool_sha256
from interventions.composition.matched_programme import POOL
from interventions.delivery.renderer import AdditiveRenderer, SilentRenderer, empty_tail
from interventions.matching import (
    VARIANCE_RATIO_RANGE,
    FeatureComparison,
    compare_music,
    standardized_difference,
    variance_ratio,
)
from interventions.music_features import (
    SegmentFeatures,
    SessionFeatures,
    measure_segment,
    measure_session,
)
from interventions.runner import run_session
from interventions.sensing.listener import rr_listener
from protocols.canonical import hash_of
from protocols.design import Protocol
from protocols.document import protocol_hash
from trials.auditions import audition_plan
from trials.simulation.course_pool import FIRST_SEED, LISTENERS

MUSIC_FEATURES = (
    ("tempo_bpm", "Tempo", "beats per minute"),
    ("major", "Time in major", "share"),
    ("note_density_per_s", "Onsets", "per second"),
    ("loudness_lufs", "Loudness", "LUFS"),
    ("dynamic_range_lu", "Dynamic range", "LU"),
    ("spectral_centroid_hz", "Spectral centroid", "Hz"),
    ("register", "Mean pitch of the melody", "semitones"),
    ("articulation", "Articulation", "share sounded"),
    ("dynamics", "Mean velocity", "of 127"),
    ("parts", "Parts", "voices"),
    ("duration_s", "Duration", "s"),
)
"""Name, label, unit."""
WORTH_PROCESSES_MINUTES = 400.0
"""Below so many minutes of music starting processes costs more than it saves."""
LOUDNESS_DIGITS = 2
"""Finer than any meter reads: what differs beyond is rounding, not music."""
NORMAL_975 = 1.959963984540054


@dataclass(frozen=True, kw_only=True, slots=True)
class CertifiedFeature:
    """One feature in both arms."""

    feature: str
    label: str
    unit: str
    mean_a: float
    sd_a: float
    mean_b: float
    sd_b: float
    standardized_difference: float | None
    """A - B; None where neither arm has spread and the means differ."""
    lower: float | None
    """Of its 95 % interval; None where no spread makes one meaningless."""
    upper: float | None
    variance_ratio: float | None
    """A over B; None where B has no spread."""
    bound: str
    """Of equivalence, as the protocol has it; empty where it names none."""
    equivalence_p: float | None
    equivalent: bool | None
    """None where the protocol names no bound."""
    alike: bool
    """Whether difference and variance ratio are within their limits, and equivalence is shown where it is asked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MatchCertificate:
    """How alike two arms' music is."""

    study_id: str
    protocol_sha256: str
    arm_a: str
    arm_b: str
    definition_a_sha256: str
    definition_b_sha256: str
    pool_sha256: str
    """Of the courses that matched programmes take."""
    sessions: int
    """Of each arm."""
    minutes: float
    first_seed: int
    listeners: tuple[str, ...]
    segments_heard: int
    """Of each session, for loudness, dynamic range and centroid."""
    maximum_standardized_difference: float
    software_version: str
    features: tuple[CertifiedFeature, ...]

    @property
    def alike(self) -> bool:
        """Whether every feature is."""
        return all(feature.alike for feature in self.features)

    @property
    def sha256(self) -> str:
        """Hash of the certificate."""
        return hash_of(self)


@dataclass(frozen=True, kw_only=True, slots=True)
class MatchSample:
    """Which sessions are compared."""

    sessions: int = 64
    minutes: float = 20.0
    first_seed: int = FIRST_SEED
    segments_heard: int = 20


def certify_match(
    protocol: Protocol,
    arm_a: str,
    arm_b: str,
    sample: MatchSample,
    report_progress: Callable[[float], None],
) -> MatchCertificate:
    """Run sessions of both arms and compare their music.

    Parameters
    ----------
    protocol : Protocol
        Its music plan, edition, and bounds of matching.
    arm_a, arm_b : str
        Codes of two arms.
    sample : MatchSample
        Which sessions.
    report_progress : callable
        Called with the share that is done.

    Returns
    -------
    MatchCertificate
        The same protocol, sample and version give the same certificate.
    """
    played_a = _sessions(protocol, arm_a, sample, lambda share: report_progress(share / 2.0))
    played_b = _sessions(protocol, arm_b, sample, lambda share: report_progress(0.5 + share / 2.0))
    definitions = [
        arm_definition(arm, protocol.sessions.affect_model, protocol.music.edition)
        for arm in (arm_a, arm_b)
    ]
    plan = audition_plan(protocol, arm_a, rr_listener(LISTENERS[0], 0), seed=0, duration_s=60.0)
    return MatchCertificate(
        study_id=protocol.study_id,
        protocol_sha256=protocol_hash(protocol),
        arm_a=arm_a,
        arm_b=arm_b,
        definition_a_sha256=definitions[0].sha256,
        definition_b_sha256=definitions[1].sha256,
        pool_sha256=pool_sha256(POOL),
        sessions=sample.sessions,
        minutes=sample.minutes,
        first_seed=sample.first_seed,
        listeners=tuple(LISTENERS),
        segments_heard=sample.segments_heard,
        maximum_standardized_difference=protocol.matching.maximum_standardized_difference,
        software_version=plan.software_version,
        features=tuple(_certified(protocol, played_a, played_b)),
    )


def _sessions(
    protocol: Protocol, arm: str, sample: MatchSample, report_progress: Callable[[float], None]
) -> list[SessionFeatures]:
    """Play the sessions of an arm on all processors; in this process when they are few and short."""
    play = partial(_session, protocol, arm, sample)
    if sample.sessions * sample.minutes < WORTH_PROCESSES_MINUTES:
        return _counted(map(play, range(sample.sessions)), sample, report_progress)
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as processes:
        return _counted(processes.map(play, range(sample.sessions)), sample, report_progress)


def _counted(
    played: Iterable[SessionFeatures],
    sample: MatchSample,
    report_progress: Callable[[float], None],
) -> list[SessionFeatures]:
    sessions = []
    for session in played:
        sessions.append(session)
        report_progress(len(sessions) / sample.sessions)
    return sessions


def _session(protocol: Protocol, arm: str, sample: MatchSample, number: int) -> SessionFeatures:
    seed = sample.first_seed + number
    source = rr_listener(LISTENERS[number % len(LISTENERS)], seed)
    plan = audition_plan(protocol, arm, source, seed=seed, duration_s=sample.minutes * 60.0)
    scores, lengths_s = [], []
    for made in run_session(plan, source, SilentRenderer()):
        scores.append(made.score)
        lengths_s.append(made.step.delivered.frames / made.step.delivered.sampling_rate_hz)
    heard = _spread(len(scores), sample.segments_heard)
    features = measure_session(
        [
            _measured(score, length_s, with_sound=place in heard)
            for place, (score, length_s) in enumerate(zip(scores, lengths_s, strict=True))
        ]
    )
    loudness = features.loudness_lufs
    return replace(
        features, loudness_lufs=None if loudness is None else round(loudness, LOUDNESS_DIGITS)
    )


def _spread(segments: int, wanted: int) -> frozenset[int]:
    return frozenset(
        int((place + 0.5) * segments / wanted) for place in range(min(wanted, segments))
    )


def _measured(score: Score, length_s: float, *, with_sound: bool) -> SegmentFeatures:
    renderer = AdditiveRenderer()
    pcm = None
    if with_sound:
        frames = round(score.duration_s * renderer.sampling_rate_hz)
        pcm = renderer.render(
            score, empty_tail(), frames=frames, fade_in_frames=0, fade_out_frames=0
        ).pcm
    measured = measure_segment(score, pcm, renderer.sampling_rate_hz)
    return replace(measured, duration_s=length_s)


def _certified(
    protocol: Protocol, a: list[SessionFeatures], b: list[SessionFeatures]
) -> Iterator[CertifiedFeature]:
    report = compare_music(a, b, protocol.matching)
    bounds = {
        "spectral_centroid_hz" if one.feature == "spectral_centroid" else one.feature: one
        for one in report.comparisons
    }
    limit = protocol.matching.maximum_standardized_difference
    for name, label, unit in MUSIC_FEATURES:
        values_a = [value for one in a if (value := getattr(one, name)) is not None]
        values_b = [value for one in b if (value := getattr(one, name)) is not None]
        if values_a and values_b:
            yield _feature((name, label, unit), values_a, values_b, bounds.get(name), limit)


def _feature(
    named: tuple[str, str, str],
    a: list[float],
    b: list[float],
    bounded: FeatureComparison | None,
    limit: float,
) -> CertifiedFeature:
    difference = standardized_difference(a, b)
    ratio = variance_ratio(a, b)
    half = None if difference is None or ratio is None else _half_width(difference, len(a), len(b))
    equivalent = bounded.equivalence.equivalent if bounded else None
    low, high = VARIANCE_RATIO_RANGE
    return CertifiedFeature(
        feature=named[0],
        label=named[1],
        unit=named[2],
        mean_a=_mean(a),
        sd_a=_sd(a),
        mean_b=_mean(b),
        sd_b=_sd(b),
        standardized_difference=difference,
        lower=None if half is None or difference is None else difference - half,
        upper=None if half is None or difference is None else difference + half,
        variance_ratio=ratio,
        bound=f"±{bounded.equivalence.bound:.4g} {named[2]}" if bounded else "",
        equivalence_p=bounded.equivalence.p if bounded else None,
        equivalent=equivalent,
        alike=difference is not None
        and abs(difference) < limit
        and (ratio is None or low <= ratio <= high)
        and equivalent is not False,
    )


def _mean(values: list[float]) -> float:
    return math.fsum(values) / len(values)


def _sd(values: list[float]) -> float:
    mean = _mean(values)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / max(1, len(values) - 1))


def _half_width(difference: float, n_a: int, n_b: int) -> float:
    variance = (n_a + n_b) / (n_a * n_b) + difference**2 / (2.0 * (n_a + n_b))
    return NORMAL_975 * math.sqrt(variance)

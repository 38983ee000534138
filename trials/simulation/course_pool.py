"""The course pool of a preset, made again from simulated sessions: what a programme is matched to before a trial.

Contents: `LISTENERS`, `draw_course_pool`.
"""

from collections.abc import Callable

from interventions.composition.courses import (
    Course,
    CoursePoint,
    CoursePool,
    course_of_session,
)
from interventions.delivery.renderer import SilentRenderer
from interventions.listeners import ListenerKind
from interventions.music_features import measure_segment
from interventions.runner import run_session
from interventions.sensing.listener import rr_listener
from protocols.design import Protocol
from trials.auditions import audition_plan

LISTENERS = (ListenerKind.ENTRAINMENT, ListenerKind.ADDITIVE, ListenerKind.NULL)
FIRST_SEED = 20_480
"""A multiple of the pool's size: the session of a seed takes the course of the listener of that seed."""
DURATION_S = 1200.0


def draw_course_pool(
    protocol: Protocol, sessions: int, report_progress: Callable[[float], None]
) -> CoursePool:
    """Run adaptive sessions of simulated listeners and keep their courses.

    Parameters
    ----------
    protocol : Protocol
        Its music plan and estimate of affect.
    sessions : int
        How many; the kinds of listeners take turns.
    report_progress : callable
        Called with the share that is done.
    """
    courses = []
    for number in range(sessions):
        courses.append(_course(protocol, number))
        report_progress((number + 1) / sessions)
    return CoursePool(
        preset="adaptive",
        made_from=f"{sessions} simulated listeners: {', '.join(LISTENERS)} in turn, seeds from {FIRST_SEED}",
        courses=tuple(courses),
    )


def _course(protocol: Protocol, number: int) -> Course:
    seed = FIRST_SEED + number
    source = rr_listener(LISTENERS[number % len(LISTENERS)], seed)
    plan = audition_plan(protocol, "adaptive", source, seed=seed, duration_s=DURATION_S)
    points, durations_s, modes = [], [], []
    for made in run_session(plan, source, SilentRenderer()):
        features = measure_segment(made.score, None, 1)
        points.append(
            CoursePoint(
                tempo_bpm=features.tempo_bpm,
                note_density_per_s=features.note_density_per_s,
                register=features.register or 0.0,
                dynamics=features.dynamics or 0.0,
                articulation=features.articulation or 0.0,
                brightness=made.score.parameters.brightness,
            )
        )
        durations_s.append(features.duration_s)
        modes.append(made.score.parameters.mode)
    return course_of_session(points, durations_s, max(sorted(set(modes)), key=modes.count))

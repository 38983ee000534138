"""A job runs in a child process, tells how far it is, and runs once at a time."""

import time
from collections.abc import Iterator

import pytest

from data.storage.errors import StoreUnusableError
from screens.jobs import Job, Jobs

PATIENCE_S = 30
MODULE = "tests.screens.a_job"


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    """Return no jobs yet, and end those that a test leaves.

    Yields
    ------
    Jobs
        The jobs.
    """
    jobs = Jobs()
    yield jobs
    jobs.stop_all()


def wait_until_half_way(job: Job) -> None:
    """Wait until the job has told something."""
    end = time.monotonic() + PATIENCE_S
    while job.progress.share == 0.0 and time.monotonic() < end:
        time.sleep(0.02)


@pytest.mark.parametrize("code", [0, 3])
def test_a_job_tells_how_far_it_came_and_how_it_ended(jobs: Jobs, code: int) -> None:
    progress = jobs.start("work", [MODULE, str(code)], b"records").wait(PATIENCE_S)

    assert progress.exit_code == code
    assert progress.text == "Half way with records"
    assert progress.share == 0.5
    assert not progress.is_running


def test_a_job_of_the_same_name_starts_only_when_the_one_before_has_ended(jobs: Jobs) -> None:
    first = jobs.start("work", [MODULE, "wait"])
    wait_until_half_way(first)

    same = jobs.start("work", [MODULE, "wait"])
    jobs.stop_all()
    first.wait(PATIENCE_S)
    later = jobs.start("work", [MODULE, "0"])

    assert same is first
    assert later is not first
    assert later.wait(PATIENCE_S).exit_code == 0


def test_what_follows_a_job_is_done_before_the_job_counts_as_done(jobs: Jobs) -> None:
    done: list[str] = []

    progress = jobs.start("work", [MODULE, "0"], when_done=lambda: done.append("recorded")).wait(
        PATIENCE_S
    )

    assert (progress.exit_code, done) == (0, ["recorded"])


def test_nothing_follows_a_job_that_failed(jobs: Jobs) -> None:
    done: list[str] = []

    jobs.start("work", [MODULE, "3"], when_done=lambda: done.append("recorded")).wait(PATIENCE_S)

    assert done == []


def test_a_job_whose_result_cannot_be_recorded_has_failed(jobs: Jobs) -> None:
    def refuse() -> None:
        raise StoreUnusableError("The disk is full, and nothing was saved.")

    progress = jobs.start("work", [MODULE, "0"], when_done=refuse).wait(PATIENCE_S)

    assert (progress.exit_code, progress.text) == (1, "The disk is full, and nothing was saved.")


def test_there_is_no_job_that_was_never_started(jobs: Jobs) -> None:
    assert jobs.find("work") is None

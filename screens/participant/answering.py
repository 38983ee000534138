"""The routes behind a questionnaire: save an answer, finish a form.

Contents: `routes`.
"""

from functools import partial
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from data.records.people import Actor, Role
from data.storage.errors import SignInEndedError, StorageError, StoreUnusableError
from data.storage.sign_in import actor_of, touch
from protocols.questionnaire import UnknownQuestionnaireError
from screens.cookies import COOKIE
from screens.workbench import Workbench
from trials.answering import complete_form, save_answer
from trials.errors import TrialError

LINK_ENDED = "This link has ended. Please ask the study team for a new one."


class Answer(BaseModel):
    """One answer to one item; no value means that the participant preferred not to answer."""

    model_config = ConfigDict(extra="forbid")
    answer_id: UUID
    occasion: str
    questionnaire: str
    item: str
    value: float | None


class Completion(BaseModel):
    """The participant finished a form."""

    model_config = ConfigDict(extra="forbid")
    occasion: str
    questionnaire: str


def routes(bench: Workbench) -> list[Route]:
    """Return the routes of the participant's forms."""
    return [
        Route("/api/answers", partial(take_answer, bench), methods=["POST"]),
        Route("/api/forms/complete", partial(take_completion, bench), methods=["POST"]),
    ]


async def take_answer(bench: Workbench, request: Request) -> Response:
    """Save one answer."""
    try:
        answer = Answer.model_validate_json(await request.body())
    except ValidationError:
        return PlainTextResponse("This is no answer to an item.", 400)
    return await run_in_threadpool(record, bench, request, answer)


async def take_completion(bench: Workbench, request: Request) -> Response:
    """Finish a form."""
    try:
        completion = Completion.model_validate_json(await request.body())
    except ValidationError:
        return PlainTextResponse("This names no form.", 400)
    return await run_in_threadpool(record, bench, request, completion)


def record(bench: Workbench, request: Request, said: Answer | Completion) -> Response:
    """Record what a participant said about themselves."""
    token = request.cookies.get(COOKIE, "")
    actor = actor_of(bench.store(), token)
    if actor is None or actor.role is not Role.PARTICIPANT:
        return PlainTextResponse(LINK_ENDED, 401)
    try:
        record_for(bench, actor, said)
    except SignInEndedError:
        return PlainTextResponse(LINK_ENDED, 401)
    except StoreUnusableError as error:
        return PlainTextResponse(str(error), 503)
    except UnknownQuestionnaireError:
        return PlainTextResponse("There is no such questionnaire.", 404)
    except (TrialError, StorageError) as error:
        return PlainTextResponse(str(error), 409)
    touch(bench.store(), token)
    return Response(status_code=204)


def record_for(bench: Workbench, actor: Actor, said: Answer | Completion) -> None:
    """Call the use case."""
    if isinstance(said, Completion):
        complete_form(
            bench.store(),
            actor,
            participant_id=actor.user_id,
            occasion=said.occasion,
            questionnaire=said.questionnaire,
        )
        return
    save_answer(
        bench.store(),
        actor,
        answer_id=str(said.answer_id),
        participant_id=actor.user_id,
        occasion=said.occasion,
        questionnaire=said.questionnaire,
        item=said.item,
        value=said.value,
    )

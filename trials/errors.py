"""What can be wrong with a call to a trial's use case, one error a fact.

Every message is one sentence for the person at the screen; no message ever names an arm.
"""


class TrialError(Exception):
    """Base of everything a use case of the trial refuses."""


class TrialNotOpenError(TrialError):
    """The store holds no opened trial yet."""


class TrialAlreadyOpenError(TrialError):
    """The store already holds a trial."""


class ProtocolNotReadyError(TrialError):
    """The protocol has problems, or asks for what the sealed lists cannot give."""


class SiteNotReadyError(TrialError):
    """The site is closed, unknown to the protocol, or names nobody on call."""


class WrongStepError(TrialError):
    """The participant is not where this step begins; the message says which step is missing."""


class ConsentMissingError(TrialError):
    """There is no consent to the version in force."""


class IncompleteAssessmentError(TrialError):
    """The eligibility checklist lacks an answer, or answers what is computed."""


class NotReadyToRandomizeError(TrialError):
    """Something that must come before randomization is missing.

    Parameters
    ----------
    participant_id : str
        Who was to be randomized.
    missing : tuple of str
        Every missing thing, in words.
    """

    def __init__(self, participant_id: str, missing: tuple[str, ...]) -> None:
        super().__init__(f"{participant_id} cannot be randomized yet: {'; '.join(missing)}.")
        self.missing = missing


class ListExhaustedError(TrialError):
    """Every slot of the stratum's sealed list is used."""


class UnknownFormError(TrialError):
    """The protocol does not ask for this questionnaire on this occasion."""


class FormNotOpenError(TrialError):
    """The form is complete, not yet due, or its visit is over."""


class AnswerNotAllowedError(TrialError):
    """The item does not exist or does not take this value."""


class CorrectionRefusedError(TrialError):
    """An answer that decides eligibility or the stratum does not change right before the draw."""


class AnswerConflictError(TrialError):
    """An answer with the same id but another content is already stored."""


class UnfinishedFormError(TrialError):
    """Items of the form have no answer yet."""


class VisitNotCompleteError(TrialError):
    """Forms or recordings of the visit are missing; the message lists them."""


class VisitOutOfWindowError(TrialError):
    """The visit's window has not opened yet."""


class AlreadyDoneError(TrialError):
    """The same thing is already on record and is never overwritten."""


class ReasonMissingError(TrialError):
    """A reason in words is required here."""


class ImplausibleReportError(TrialError):
    """A report contradicts itself, e.g. an event that was known before it began."""


class AlertStateError(TrialError):
    """The alert is not in the state in which this step begins."""


class NotReadyToLockError(TrialError):
    """Something must be settled before the database is locked; the message lists it."""


class NotLockedError(TrialError):
    """The database is not locked yet, and this step needs the lock."""


class UnblindingStateError(TrialError):
    """Unblinding was not requested, is already requested, or is already confirmed."""


class NotRandomizedError(TrialError):
    """The participant has no arm, because nobody with this id is randomized."""


class ArmNamedError(TrialError):
    """Words that blind people will read name an arm."""


class SamePersonError(TrialError):
    """The person who requested unblinding cannot be the one who confirms it."""


class LookRefusedError(TrialError):
    """No look can be held now, or nothing decided about one; the message says why."""


class NothingToExploreError(TrialError):
    """The plan has no such analysis whose data could be analysed in another way."""


class RecordingClosedError(TrialError):
    """The recording is not edited any more: the database is locked, or the recording was taken again."""


class BeatEditRefusedError(TrialError):
    """The edit cannot be carried out on these beats; the message says why and what to do."""


class EditedMeanwhileError(TrialError):
    """Somebody else has edited the recording since the person looked at it."""


class NoBeatsError(TrialError):
    """What was brought holds no heart beats."""

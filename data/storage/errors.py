"""What can go wrong with the store: one clear sentence each, free of secrets and identities."""


class StorageError(Exception):
    """Base of everything that storage refuses."""


class NotPermittedError(StorageError):
    """The role of the person may not do this."""


class SignInEndedError(StorageError):
    """The sign-in behind a call has ended: idle, too old, signed out or deactivated."""


class SignInRefusedError(StorageError):
    """A sign-in, a link or a password was refused; the message never says which part was wrong."""


class GivenPasswordError(SignInRefusedError):
    """The password is right, but another person chose it: its owner has to replace it first."""


class RecordNotFoundError(StorageError):
    """No such record within reach of the person who asks."""


class AlreadyRecordedError(StorageError):
    """Another record holds this id or unique place, or records of this kind never change."""


class RecordUnusableError(StorageError):
    """A record holds a value that cannot be stored without loss."""


class LockedError(StorageError):
    """The database is locked: clinical records no longer change."""


class StoreNotFoundError(StorageError):
    """There is no store at this address."""


class StoreUnusableError(StorageError):
    """The store, its keys or its disk cannot be used as they are."""

"""What can be refused, each with the HTTP status it means and a sentence for the reader."""


class DomainError(Exception):
    """A refusal that a person should read.

    `sentence` is already in the reader's language; `status` is what the web answers with.
    """

    status = 400
    retry_after: int | None = None
    """After how many seconds it is worth trying again, when that is known."""

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotFound(DomainError):
    """It is not there, or the viewer may not know that it is."""

    status = 404


class NotAllowed(DomainError):
    """The actor can see it, but may not do this to it."""

    status = 403


class Conflict(DomainError):
    """It changed meanwhile, or it is there already."""

    status = 409


class TooLarge(DomainError):
    """More bytes than are taken."""

    status = 413


class WrongKind(DomainError):
    """A file of a kind that is not taken, whatever its name says."""

    status = 415


class Invalid(DomainError):
    """What was typed cannot be stored as it is."""

    status = 422


class TooOften(DomainError):
    """Asked for more often than the limits allow; `retry_after` is in seconds."""

    status = 429

    def __init__(self, sentence: str, retry_after: int) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class Unavailable(DomainError):
    """Something we stand on does not answer or has no room; what was asked for is right, and may work soon."""

    status = 503
    retry_after = 10


def require(allowed: bool, sentence: str = "") -> None:
    """Raise NotAllowed, with `sentence` for the reader, unless a policy said yes."""
    if not allowed:
        raise NotAllowed(sentence)

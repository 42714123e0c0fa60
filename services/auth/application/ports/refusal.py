"""An error that does not undo the transaction it is raised in."""

from contracts.errors import ServiceError


class Refusal(ServiceError):
    """What was counted, used up and noted until it is raised stays: the store commits, then lets it pass."""

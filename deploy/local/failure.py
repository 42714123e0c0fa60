"""How anything here fails: one line in French that says what to do."""


class Failure(Exception):
    """Something that the operator can put right. The message is that one line."""

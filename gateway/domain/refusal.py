"""A question that the gateway itself refuses, before any system is asked."""

from gateway.domain.failure import Code


class Refused(Exception):
    """`message` reaches the client: a sentence without any personal data, and without the value that was refused."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

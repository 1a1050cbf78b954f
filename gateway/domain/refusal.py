"""A question that the gateway itself refuses, before any system is asked."""

from collections.abc import Mapping

from gateway.domain.failure import Code


class Refused(Exception):
    """`message` reaches the client: a sentence without any personal data, and without the value that was refused.

    So do `details`, as further extensions of the error: numbers and names of limits.
    """

    def __init__(self, code: Code, message: str, details: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = dict(details or {})

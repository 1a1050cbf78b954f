"""A rule that does not hold, and a figure that was computed, in one call each."""

from gateway.domain.access import Wording
from gateway.domain.failure import Source
from gateway.domain.request import Figure, Reason
from gateway.domain.text import persian_digits


def broken(rule: str, *, found: str, needed: str, source: Source | None, fa: str, en: str) -> Reason:
    """`fa` may have its numbers in any digits."""
    return Reason(rule=rule, found=found, needed=needed, source=source, words=Wording(fa=persian_digits(fa), en=en))


def figure(name: str, value: object, fa: str, en: str) -> Figure:
    return Figure(name=name, value=str(value), words=Wording(fa=fa, en=en))

"""The names of the rules that do not hold; each has to say everything that a citizen is told."""

from collections.abc import Iterable

from gateway.domain.request import Reason


def rules_of(reasons: Iterable[Reason | None]) -> list[str]:
    found = [reason for reason in reasons if reason]
    assert all(one.found and one.needed and one.words.fa and one.words.en for one in found)
    return [one.rule for one in found]

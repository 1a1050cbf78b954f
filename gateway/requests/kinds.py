"""What can be asked for. A kind is its rules, its translation and its office; the rest of the way is the same for all.

To add one: a file of rules (`commission/rules.py` is the first), one of translation beside it, an adapter of its
office, and a line where `wiring` opens that. CONTRIBUTING.md has the list.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from gateway.domain.access import Wording
from gateway.domain.clock import Clock
from gateway.domain.failure import SourceFailure
from gateway.domain.identifiers import NationalId
from gateway.domain.office import Office
from gateway.domain.request import Reason, RequestKind
from gateway.loading.loaders import Loaders
from gateway.requests.settings import Terms
from gateway.rights.rights import Policy


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What an assessment may ask with: the graph's own loaders, never a system by itself."""

    loaders: Loaders
    policy: Policy
    clock: Clock


@dataclass(frozen=True, slots=True)
class Assessed:
    """`reasons` come from facts that were read. `unread`: why others were not; then nothing is known to be in order."""

    reasons: tuple[Reason, ...] = ()
    unread: tuple[SourceFailure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """`assess` reads facts and applies the rules; patience in seconds, None for as long as the loaders have.

    `subject` says whom a request is about, `documents` which uploads it names; both read the kind's own details.
    """

    kind: RequestKind
    words: Wording
    terms: Terms
    office: Office = field(repr=False)
    assess: Callable[[Inquiry, bytes, float | None], Awaitable[Assessed]]
    subject: Callable[[bytes], NationalId]
    documents: Callable[[bytes], tuple[str, ...]]

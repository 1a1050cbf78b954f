"""Puts the cycles together over the ground, and their flow into the engine."""

from collections.abc import Mapping

from gateway.domain.failure import Source
from gateway.domain.messages import Outbox
from gateway.domain.office import Office
from gateway.domain.payment_document import Finance
from gateway.domain.registry_event import RegistryFeed
from gateway.loading.sources import Sources
from gateway.requests.cycles.book import CycleBook
from gateway.requests.cycles.case import CycleKind
from gateway.requests.cycles.cycle import MonthlyCycles
from gateway.requests.cycles.daughters import DaughtersCycle
from gateway.requests.cycles.marriage_allowance import MarriageAllowanceCycle
from gateway.requests.cycles.settings import CycleSettings
from gateway.requests.ground import Ground


def monthly_cycles(
    ground: Ground,
    settings: CycleSettings,
    sources: Sources,
    feed: RegistryFeed | None,
    finance: Finance | None,
    offices: Mapping[Source, Office],
    outbox: Outbox | None,
) -> MonthlyCycles | None:
    """Each kind of cycle whose systems the settings name; None where there is none."""
    if feed is None or outbox is None:
        return None
    kinds: dict[str, CycleKind] = {}
    if finance is not None:
        kinds[MarriageAllowanceCycle.name] = MarriageAllowanceCycle(sources, finance)
    if Source.BRANCH_COUNTER in offices:
        kinds[DaughtersCycle.name] = DaughtersCycle(
            sources,
            offices[Source.BRANCH_COUNTER],
            temporary_ends=settings.temporary_marriage_ends_dependency,
        )
    if not kinds:
        return None
    book = CycleBook(ground.database, ground.sealing)
    cycles = MonthlyCycles(ground.database, book, kinds, feed, outbox, ground.clock, settings, ground.retry)
    ground.engine.add(cycles.flow)
    return cycles

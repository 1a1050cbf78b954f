"""Puts the desk of premium lists together over the ground that all durable work stands on."""

import datetime
from collections.abc import Mapping

from gateway.domain.premium_list import ListIntake
from gateway.loading.memory import Changed
from gateway.requests.documents import Documents
from gateway.requests.ground import Ground
from gateway.requests.premium_list.changes import ListChanges
from gateway.requests.premium_list.desk import PremiumListDesk
from gateway.requests.premium_list.settings import PremiumListSettings


def changes_of(ground: Ground, longest_seconds: float) -> ListChanges:
    """`longest_seconds`: how long contributions are remembered."""
    return ListChanges(ground.database, ground.sealing, ground.clock, datetime.timedelta(seconds=longest_seconds))


def changed_contributions(changes: ListChanges) -> Mapping[str, Changed]:
    """By the name of a question of `Sources`: when lists changed its facts."""
    return {"contribution_pages": changes.by_query(), "contribution_summaries_by_person": changes}


def list_desk_of(
    ground: Ground,
    documents: Documents,
    intake: ListIntake | None,
    changes: ListChanges,
    settings: PremiumListSettings,
) -> PremiumListDesk | None:
    """None where no branch takes lists."""
    return None if intake is None else PremiumListDesk(ground, documents, intake, changes, settings)

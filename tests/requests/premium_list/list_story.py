"""The scenario of a premium list: handed in, posted to its branch, and handed in once more. The branch is the twin's,
over HTTP, in a process that lives on; what it records are rows of its database."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from adapters import branch_intake
from adapters.branch_intake.settings import BranchIntakeSettings
from gateway.domain.clock import SystemClock
from gateway.domain.identifiers import NationalId
from gateway.domain.premium_list import ListSubmission, PremiumListState
from gateway.requests.documents import Documents
from gateway.requests.engine import Observer, working
from gateway.requests.premium_list.changes import ListChanges
from gateway.requests.premium_list.desk import HandedIn, PremiumListDesk, Stands
from gateway.requests.premium_list.opening import changes_of, list_desk_of
from gateway.requests.premium_list.posting import FLOW
from gateway.requests.premium_list.settings import PremiumListSettings
from gateway.requests.premium_list.tables import METADATA
from tests.requests.premium_list.pairs import PLACE, WORKER_ONE, WORKER_TWO, WORKSHOP, good_pair
from tests.requests.story_ground import folder_of, settings_in, steps_of, story_ground
from twin.named import NAMED

KAVEH = NationalId(NAMED["kaveh"].code)
PATIENCE_SECONDS = 60.0
DAY_SECONDS = 86_400.0


class Story:
    """One list, whose employer repeats everything under its keys until the branch has recorded it."""

    def __init__(
        self,
        desk: PremiumListDesk,
        documents: Documents,
        changes: ListChanges,
        steps: dict[str, tuple[str, ...]],
        place: dict[str, Any],
    ) -> None:
        self._desk, self._documents, self._changes = desk, documents, changes
        self.steps = steps
        self._folder = Path(place["folder"], place["story"])
        # Each story hands in another list to the same branch: a month of a year of its own.
        years, month = divmod(place["list"], 12)
        self._pair = good_pair(place=replace(PLACE, year=1390 + years, month=1 + month))

    async def live(self) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_SECONDS):
            submission = await self._handed("submit")
            receipts = {submission.receipt}
            while submission.state is PremiumListState.ACCEPTED:
                await asyncio.sleep(0.02)
                found = await self._desk.by_id(submission.id)
                assert found
                submission = found
                receipts.add(submission.receipt)
            assert await self._handed("submit again") == submission
        assert submission.answer
        workers = [NationalId(worker.national_code) for worker in (WORKER_ONE, WORKER_TWO)]
        return {
            "reference": submission.id,
            "tracking_code": submission.tracking_code,
            "number": submission.answer.number,
            "state": submission.state.value,
            "receipts": sorted(receipts),
            "changed": len(await self._changes(workers)),
            "listed": list(self.steps[FLOW]),
        }

    async def _handed(self, key: str) -> ListSubmission:
        """The same files under each key: under the second the list stands."""
        handed = HandedIn(
            submitter=KAVEH,
            workshop=WORKSHOP,
            header=await self._uploaded("header", self._pair.header_bytes),
            workers=await self._uploaded("workers", self._pair.workers_bytes),
            page=None,
            key=key,
        )
        answer = await self._desk.submit(handed)
        stands = answer.submission if isinstance(answer, Stands) else answer
        assert isinstance(stands, ListSubmission), answer
        return stands

    async def _uploaded(self, name: str, content: bytes) -> str:
        """Once: the client keeps the id that it was given."""
        kept = self._folder / f"{name}.id"
        if not kept.exists():
            kept.write_text((await self._documents.add(KAVEH, content)).id)
        return kept.read_text()


@asynccontextmanager
async def story(place: dict[str, Any], observe: Observer) -> AsyncIterator[Story]:
    """`place`: `folder`, `intake` (where the branches listen), `story`, and the number of its `list`."""
    clock, folder = SystemClock(), folder_of(place)
    settings = settings_in(folder)
    connecting = branch_intake.connect(BranchIntakeSettings(**place["intake"]), clock)
    async with connecting as intake, story_ground(settings, observe, metadata=[METADATA]) as ground:
        documents = Documents(
            settings.documents,
            ground.database,
            ground.sealing,
            clock,
            most_bytes=settings.document_bytes,
            most_loose=settings.documents_per_person,
        )
        changes = changes_of(ground, DAY_SECONDS)
        desk = list_desk_of(ground, documents, intake, changes, PremiumListSettings())
        assert desk
        (folder / "jwks.json").write_text(json.dumps(ground.receipts.jwks))
        async with working(ground.engine):
            yield Story(desk, documents, changes, steps_of(ground), place)

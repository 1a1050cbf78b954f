"""Where employers have their lists checked and hand them in. Answers are values, one class each, as at the others.

`StoreUnavailable` is SystemBusy in the graph.
"""

import asyncio
import secrets
from dataclasses import dataclass

import msgspec
from sqlalchemy.exc import IntegrityError

from gateway.domain.code_pages import CodePage
from gateway.domain.identifiers import NationalId, WorkshopKey
from gateway.domain.premium_list import ListIntake, ListSubmission, ListSummary, PremiumList
from gateway.requests.desk import Invalid, Reused
from gateway.requests.documents import TABLE, DocumentGone, Documents
from gateway.requests.flow import begin
from gateway.requests.ground import Ground
from gateway.requests.idempotency import LONGEST, Kept, KeyReused
from gateway.requests.premium_list.changes import ListChanges
from gateway.requests.premium_list.checking import Checked, checked
from gateway.requests.premium_list.posting import Posting
from gateway.requests.premium_list.settings import PremiumListSettings
from gateway.requests.premium_list.store import ListStore
from gateway.requests.tracking_code import new_tracking_code

ACCEPTED, FAULTY, STANDS = "accepted", "faulty", "stands"
SUBJECT = "PREMIUM_LIST"
CHECKS_AT_ONCE = 2  # each keeps a thread busy
TABLES = frozenset({TABLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """`submitter` is the person behind the token, whose uploads `header` and `workers` are. `page` is what they say
    that their program writes."""

    submitter: NationalId
    workshop: WorkshopKey
    header: str
    workers: str
    page: CodePage | None
    key: str

    @property
    def payload(self) -> bytes:
        place = [self.workshop.code.digits, self.workshop.branch.digits]
        return msgspec.json.encode(["premium list", *place, self.header, self.workers, self.page and self.page.value])


@dataclass(frozen=True, slots=True)
class CheckedList:
    """What the check of a list found; nothing was recorded."""

    workshop: WorkshopKey
    found: Checked


@dataclass(frozen=True, slots=True)
class Stands:
    """The same list was handed in before."""

    submission: ListSubmission


Validation = CheckedList | Invalid
Submission = ListSubmission | CheckedList | Stands | Invalid | Reused


class PremiumListDesk:
    def __init__(
        self,
        ground: Ground,
        documents: Documents,
        intake: ListIntake,
        changes: ListChanges,
        settings: PremiumListSettings,
    ) -> None:
        self._database, self._keys, self._engine = ground.database, ground.keys, ground.engine
        self._clock, self._receipts = ground.clock, ground.receipts
        self._documents, self._intake, self._settings = documents, intake, settings
        self._store = ListStore(ground.database, ground.sealing)
        self._posting = Posting(self._store, changes, intake, ground.clock, ground.retry)
        self._turns = asyncio.Semaphore(CHECKS_AT_ONCE)
        self.busy_retry_seconds = ground.settings.busy_retry_seconds
        ground.engine.add(self._posting.flow)

    async def validate(self, handed: HandedIn) -> Validation:
        """Records nothing. Raises StoreUnavailable."""
        if problem := _key_problem(handed.key):
            return problem
        files = await self._files(handed)
        return files if isinstance(files, Invalid) else await self._checked(handed, *files)

    async def submit(self, handed: HandedIn) -> Submission:
        """Raises StoreUnavailable; then it is not known whether it was accepted, and the same key tells."""
        if problem := _key_problem(handed.key):
            return problem
        try:
            if kept := await self._keys.kept(handed.submitter, handed.key, handed.payload):
                return await self._again(handed, kept)
        except KeyReused:
            return Reused()
        if not self._intake.takes(handed.workshop.branch):
            return Invalid("branch", "No lists can be posted to this branch.")
        files = await self._files(handed)
        if isinstance(files, Invalid):
            return files
        said = await self._checked(handed, *files)
        premium_list = said.found.premium_list
        if premium_list is None:
            await self._keep(handed, Kept(answer=FAULTY))
            return said
        if standing := await self._store.standing(ListSummary.of(premium_list)):
            return await self._keep(handed, Kept(answer=STANDS, thing=standing.id))
        return await self._accepted(handed, premium_list, b"".join(files))

    async def by_id(self, id_: str) -> ListSubmission | None:
        return await self._store.by_id(id_)

    async def by_tracking_code(self, code: str) -> ListSubmission | None:
        return await self._store.by_tracking_code(code)

    async def _accepted(self, handed: HandedIn, premium_list: PremiumList, files: bytes) -> Submission:
        submission = self._new(handed, premium_list, files)
        now = submission.accepted_at
        kept = Kept(answer=ACCEPTED, thing=submission.id)
        try:
            async with self._database.writing() as connection:
                await self._keys.keep(connection, handed.submitter, handed.key, handed.payload, kept, now)
                await self._store.add(connection, submission, premium_list)
                await self._documents.bind(connection, (handed.header, handed.workers), submission.id)
                await begin(connection, self._posting.flow, submission.id, now)
        except DocumentGone:
            return _gone("header")
        except IntegrityError:
            return await self._beaten(handed, submission)
        self._engine.poke()
        return submission

    async def _beaten(self, handed: HandedIn, submission: ListSubmission) -> Submission:
        """Somebody was first: with the same key, or with the same list."""
        try:
            kept = await self._keys.kept(handed.submitter, handed.key, handed.payload)
        except KeyReused:
            return Reused()
        if kept is not None:
            return await self._again(handed, kept)
        standing = await self._store.standing(submission.summary)
        if standing is None:
            raise RuntimeError("a list that clashes with none")
        return await self._keep(handed, Kept(answer=STANDS, thing=standing.id))

    async def _keep(self, handed: HandedIn, kept: Kept) -> Submission:
        try:
            async with self._database.writing() as connection:
                await self._keys.keep(connection, handed.submitter, handed.key, handed.payload, kept, self._clock.now())
        except IntegrityError:
            try:
                kept = await self._keys.kept(handed.submitter, handed.key, handed.payload) or kept
            except KeyReused:
                return Reused()
        return await self._again(handed, kept)

    async def _again(self, handed: HandedIn, kept: Kept) -> Submission:
        """As it stands now; what was faulty is so still, and is read again to say why."""
        if kept.thing is None:
            files = await self._files(handed)
            return files if isinstance(files, Invalid) else await self._checked(handed, *files)
        submission = await self._store.by_id(kept.thing)
        if submission is None:
            raise RuntimeError("a key that stands for a list that is not there")
        return submission if kept.answer == ACCEPTED else Stands(submission)

    async def _files(self, handed: HandedIn) -> tuple[bytes, bytes] | Invalid:
        if handed.header == handed.workers:
            return Invalid("workers", "The header and the workers are two files.")
        for field, id_ in (("header", handed.header), ("workers", handed.workers)):
            if not await self._documents.all_of(handed.submitter, (id_,), TABLES):
                return _gone(field)
        try:
            header, workers = await self._documents.enclosures((handed.header, handed.workers))
        except LookupError:  # deleted since
            return _gone("header")
        return header.content, workers.content

    async def _checked(self, handed: HandedIn, header: bytes, workers: bytes) -> CheckedList:
        async with self._turns:
            found = await asyncio.to_thread(checked, header, workers, handed.workshop, self._settings, handed.page)
        return CheckedList(handed.workshop, found)

    def _new(self, handed: HandedIn, premium_list: PremiumList, files: bytes) -> ListSubmission:
        now, id_, code = self._clock.now(), secrets.token_hex(16), new_tracking_code()
        summary = ListSummary.of(premium_list)
        return ListSubmission(
            id=id_,
            submitter=handed.submitter,
            summary=summary,
            tracking_code=code,
            accepted_at=now,
            receipt=self._receipts.sign(
                id=id_,
                subject=SUBJECT,
                tracking_code=code,
                accepted_at=now,
                content=files,
                details={
                    "fa": "لیست حق بیمه",
                    "en": "Premium list",
                    "month": str(summary.month),
                    "workers": summary.workers,
                    "insurable": summary.sums.insurable,
                },
            ),
        )


def _gone(field: str) -> Invalid:
    return Invalid(field, "There is no table of this id, or it is not this person's.")


def _key_problem(key: str) -> Invalid | None:
    if not 1 <= len(key) <= LONGEST:
        return Invalid("idempotencyKey", f"A key has 1 to {LONGEST} characters.")
    return None

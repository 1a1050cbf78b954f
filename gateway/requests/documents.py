"""Documents that citizens hand in: checked by their content, encrypted, and kept in an object store.

By default that is a folder of this machine; any store that obstore speaks to serves by its URL (S3, Azure, Google). The
table says whose a document is; the bytes lie under its id, sealed to it.
"""

import asyncio
import contextlib
import datetime
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import obstore
import sqlalchemy as sa
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import ObjectStore, from_url
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.clock import Clock
from gateway.domain.identifiers import NationalId
from gateway.domain.office import Enclosure
from gateway.requests.database import Database, StoreUnavailable, microseconds
from gateway.requests.premium_list.dbf import is_table
from gateway.requests.sealing import Sealing
from gateway.requests.tables import DOCUMENTS

TAIL = 1_024  # a PDF may have a few bytes after its end
PAPERS = frozenset({"application/pdf", "image/png", "image/jpeg"})  # what a person shows with a request
TABLE = "application/vnd.dbf"  # a file of a premium list
_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Document:
    """`size` in bytes, as it was uploaded."""

    id: str
    media_type: str
    size: int


class NotADocument(Exception):
    """The message is a sentence for the client, without anything of the content."""


class DocumentGone(Exception):
    """It was there a moment ago: an upload that no request named in its time is deleted."""


class TooManyDocuments(NotADocument):
    """One person has uploaded more that belongs to no request than anybody needs."""


def media_type_of(content: bytes) -> str | None:
    """By what the bytes are, whatever the client calls them. Whole files only: each kind says where it ends."""
    if content.startswith(b"%PDF-") and b"%%EOF" in content[-TAIL:]:
        return "application/pdf"
    if content.startswith(b"\x89PNG\r\n\x1a\n") and content.rstrip(b"\x00")[-8:-4] == b"IEND":
        return "image/png"
    if is_table(content):
        return TABLE
    if content.startswith(b"\xff\xd8\xff") and content.rstrip(b"\x00\r\n").endswith(b"\xff\xd9"):
        return "image/jpeg"
    return None


class Documents:
    """`most_bytes` of one document; `most_loose` of one person that belong to no request yet."""

    def __init__(
        self,
        url: str,
        database: Database,
        sealing: Sealing,
        clock: Clock,
        *,
        most_bytes: int,
        most_loose: int,
        seconds: float = 5.0,
    ) -> None:
        self._store = _opened(url)
        self._database, self._sealing, self._clock = database, sealing, clock
        self.most_bytes, self._most_loose, self._seconds = most_bytes, most_loose, seconds

    async def add(self, owner: NationalId, content: bytes) -> Document:
        """Raises NotADocument, StoreUnavailable. The bytes are there before the row: an id is good once it is given."""
        media_type = media_type_of(content)
        if media_type is None:
            raise NotADocument("A document must be a whole PDF, PNG or JPEG file, or a DBF table.")
        if len(content) > self.most_bytes:
            raise NotADocument(f"A document may have at most {self.most_bytes:,} bytes.")
        if await self._loose(owner) >= self._most_loose:
            raise TooManyDocuments("Too many documents wait for a request.")
        document = Document(secrets.token_hex(16), media_type, len(content))
        await self._put(document.id, self._sealing.seal(content, f"document:{document.id}"))
        async with self._database.writing() as connection:
            await connection.execute(
                sa.insert(DOCUMENTS).values(
                    id=document.id,
                    owner=self._sealing.owner(owner),
                    media_type=media_type,
                    size=document.size,
                    at=microseconds(self._clock.now()),
                )
            )
        return document

    async def all_of(self, owner: NationalId, ids: Sequence[str], media_types: frozenset[str] = PAPERS) -> bool:
        """Whether each of these is a document of this person, and of one of these types."""
        wanted = set(ids)
        if not wanted or not all(_ID.fullmatch(each) for each in wanted):
            return not wanted
        asked = sa.select(sa.func.count()).where(
            DOCUMENTS.c.id.in_(wanted),
            DOCUMENTS.c.owner.in_(self._sealing.owners(owner)),
            DOCUMENTS.c.media_type.in_(media_types),
        )
        async with self._database.reading() as connection:
            found: int = (await connection.execute(asked)).scalar_one()
        return found == len(wanted)

    async def bind(self, connection: AsyncConnection, ids: Sequence[str], request: str) -> None:
        """In the transaction of the request that names them. Raises DocumentGone."""
        if not ids:
            return
        bound = sa.update(DOCUMENTS).where(DOCUMENTS.c.id.in_(set(ids))).values(request=request)
        if (await connection.execute(bound)).rowcount != len(set(ids)):
            raise DocumentGone

    async def enclosures(self, ids: Sequence[str]) -> tuple[Enclosure, ...]:
        """Raises StoreUnavailable, LookupError."""
        if not ids:
            return ()
        async with self._database.reading() as connection:
            asked = sa.select(DOCUMENTS.c.id, DOCUMENTS.c.media_type).where(DOCUMENTS.c.id.in_(set(ids)))
            types = {row.id: row.media_type for row in await connection.execute(asked)}
        return tuple([Enclosure(id=id_, media_type=types[id_], content=await self._get(id_)) for id_ in ids])

    async def forget_loose(self, before: datetime.datetime) -> None:
        """Deletes what was uploaded before and no request names: the row first, so that none can name it any more."""
        old = sa.delete(DOCUMENTS).where(DOCUMENTS.c.request.is_(None), DOCUMENTS.c.at < microseconds(before))
        async with self._database.writing() as connection:
            gone = [row.id for row in await connection.execute(old.returning(DOCUMENTS.c.id))]
        for id_ in gone:
            with contextlib.suppress(NotFoundError, FileNotFoundError):
                await obstore.delete_async(self._store, id_)

    async def _loose(self, owner: NationalId) -> int:
        asked = sa.select(sa.func.count()).where(
            DOCUMENTS.c.owner.in_(self._sealing.owners(owner)), DOCUMENTS.c.request.is_(None)
        )
        async with self._database.reading() as connection:
            found: int = (await connection.execute(asked)).scalar_one()
        return found

    async def _put(self, id_: str, sealed: bytes) -> None:
        try:
            async with asyncio.timeout(self._seconds):
                await obstore.put_async(self._store, id_, sealed)
        except (BaseError, OSError, TimeoutError) as problem:
            raise StoreUnavailable(f"the store of documents fails: {type(problem).__name__}") from None

    async def _get(self, id_: str) -> bytes:
        try:
            async with asyncio.timeout(self._seconds):
                found = await obstore.get_async(self._store, id_)
                sealed = bytes(await found.bytes_async())
        except (BaseError, OSError, TimeoutError) as problem:
            raise StoreUnavailable(f"the store of documents fails: {type(problem).__name__}") from None
        return self._sealing.open(sealed, f"document:{id_}")


def _opened(url: str) -> ObjectStore:
    """Raises RuntimeError with a sentence for a URL that names no store."""
    try:
        return from_url(url, mkdir=True) if url.startswith("file:") else from_url(url)
    except (BaseError, OSError, ValueError) as problem:
        raise RuntimeError(f"TAMIN_REQUESTS__DOCUMENTS names no store of objects: {type(problem).__name__}") from None

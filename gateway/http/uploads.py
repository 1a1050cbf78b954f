"""POST /uploads: a document for a request, or half of a premium list, as the bytes of one file; the answer is its id.

What it is, is found by its content: the name and type that a client gives it are not believed. It belongs to the caller
or, where the header `tamin-person` names a national code, to that person, whom the caller must represent.
"""

import contextlib

from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from gateway.domain.failure import Code
from gateway.domain.identifiers import NationalId
from gateway.domain.refusal import Refused
from gateway.http import authentication
from gateway.http.authentication import Authenticator
from gateway.http.body import body_of
from gateway.http.errors import JSON, Answer, Rejected, answer, rejection
from gateway.http.head import Head
from gateway.operation.budget import Budget
from gateway.operation.sentences import language_of
from gateway.requests.database import StoreUnavailable
from gateway.requests.documents import TABLE, Documents, NotADocument, TooManyDocuments, media_type_of
from gateway.rights.rights import Policy, Rights

PERSON = "tamin-person"
TABLES_NEED = "Mutation.submitPremiumList"  # tables are handed in by employers alone
NEEDED = "Mutation.supplyInformation"  # whoever may hand something in with a request may upload it
SCOPE = "requests:write"


class Uploads:
    """An ASGI application. `seconds` is the patience with one body."""

    def __init__(
        self,
        documents: Documents,
        authenticator: Authenticator,
        policy: Policy,
        *,
        origin: str | None,
        seconds: float,
        budget: Budget | None = None,
    ) -> None:
        self._documents, self._authenticator, self._policy = documents, authenticator, policy
        self._origin, self._seconds, self._budget = origin, seconds, budget

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        head = Head(scope)
        with contextlib.suppress(ClientDisconnect):
            await (await self._answer(head, receive))(scope, receive, send)

    async def _answer(self, head: Head, receive: Receive) -> Answer:
        try:
            return await self._uploaded(head, receive)
        except Rejected as rejected:
            authentication.challenge(rejected, head.scope, self._origin)
            return rejection(rejected, language=language_of(head.said(b"accept-language")))

    async def _uploaded(self, head: Head, receive: Receive) -> Answer:
        rights = await authentication.rights_of(head, self._authenticator, self._origin, self._policy, [NEEDED], SCOPE)
        owner = self._owner(head, rights)
        if self._budget is not None:
            try:
                await self._budget.count(rights)
            except Refused as refused:
                raise Rejected(429, refused.message, code=refused.code) from None
        if (head.said(b"content-encoding") or "identity").strip().lower() not in {"identity", ""}:
            raise Rejected(415, "Compressed bodies are not read.", headers={"accept-encoding": "identity"})
        content = await body_of(head, receive, size=self._documents.most_bytes, seconds=self._seconds)
        if media_type_of(content) == TABLE and not self._policy.releases(rights, TABLES_NEED):
            raise Rejected(403, "Tables are taken from callers who may act for a workshop.", code=Code.FORBIDDEN)
        try:
            document = await self._documents.add(owner, content)
        except TooManyDocuments as refused:
            raise Rejected(429, str(refused), code=Code.RATE_LIMITED) from None
        except NotADocument as refused:
            raise Rejected(415, str(refused)) from None
        except StoreUnavailable:
            raise Rejected(503, "Documents cannot be kept now.", code=Code.INTERNAL) from None
        said = {"id": document.id, "mediaType": document.media_type, "size": document.size}
        return answer(said, status=201, media_type=JSON)

    def _owner(self, head: Head, rights: Rights) -> NationalId:
        named = head.said(PERSON.encode())
        try:
            owner = NationalId.parse(named) if named else rights.caller.subject
        except ValueError:
            raise Rejected(400, f"The header {PERSON} holds no national code.") from None
        if owner is None:
            raise Rejected(400, f"The header {PERSON} is needed: this caller is no person.")
        if not self._policy.covers(rights, owner):
            raise Rejected(403, "This caller may not hand in documents of this person.", code=Code.FORBIDDEN)
        return owner

"""GET /certificates/{serial}/{pdf | sd-jwt | qr | qr.png}: the faces, with the same rights as in the graph."""

from starlette.types import Receive, Scope, Send

from gateway.certificates.code import picture_of
from gateway.certificates.desk import CertificateDesk
from gateway.domain.caller import CallerKind
from gateway.domain.certificate import Certificate
from gateway.domain.failure import Code
from gateway.domain.refusal import Refused
from gateway.http import authentication
from gateway.http.authentication import Authenticator
from gateway.http.errors import Answer, Rejected, rejection
from gateway.http.head import Head
from gateway.operation.audit.handed_out import HandedOut
from gateway.operation.audit.recorder import NotRecorded
from gateway.operation.budget import Budget
from gateway.operation.sentences import language_of
from gateway.requests.database import StoreUnavailable
from gateway.rights.rights import Policy, Rights

NEEDED = ("Query.certificate", "Certificate.download")
SCOPE = "certificates:read"
FACES = {"pdf": "application/pdf", "sd-jwt": "application/dc+sd-jwt", "qr": "text/plain", "qr.png": "image/png"}


class Downloads:
    """An ASGI application. Each is on record before its first byte leaves."""

    def __init__(
        self,
        desk: CertificateDesk,
        authenticator: Authenticator,
        policy: Policy,
        *,
        origin: str | None,
        budget: Budget | None,
        handed_out: HandedOut | None,
    ) -> None:
        self._desk, self._authenticator, self._policy = desk, authenticator, policy
        self._origin, self._budget, self._handed_out = origin, budget, handed_out

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (await self._answer(Head(scope)))(scope, receive, send)

    async def _answer(self, head: Head) -> Answer:
        try:
            return await self._face(head)
        except Rejected as rejected:
            authentication.challenge(rejected, head.scope, self._origin)
            return rejection(rejected, language=language_of(head.said(b"accept-language")))

    async def _face(self, head: Head) -> Answer:
        asked: dict[str, str] = head.scope["path_params"]
        rights = await authentication.rights_of(head, self._authenticator, self._origin, self._policy, NEEDED, SCOPE)
        if self._budget is not None:
            try:
                await self._budget.count(rights)
            except Refused as refused:
                raise Rejected(429, refused.message, code=refused.code) from None
        face = asked["face"]
        if face not in FACES:
            raise Rejected(404, f"A certificate has the faces {', '.join(FACES)}.")
        try:
            certificate = await self._desk.certificate(asked["serial"])
        except StoreUnavailable:
            raise Rejected(503, "Certificates cannot be read now.", code=Code.INTERNAL) from None
        agency = rights.caller.kind is CallerKind.AGENCY
        if certificate is None or agency or not self._policy.covers(rights, certificate.person):
            raise Rejected(403, "This caller may not see this.", code=Code.FORBIDDEN)
        content = await self._content(certificate, face)
        await self._on_record(head, rights, certificate)
        headers = {
            "content-type": FACES[face],
            "content-length": str(len(content)),
            "cache-control": "no-store",
            "content-disposition": f'attachment; filename="certificate-{certificate.serial}.{_ENDINGS[face]}"',
        }
        return Answer(200, headers, content)

    async def _content(self, certificate: Certificate, face: str) -> bytes:
        if face == "pdf":
            return await self._desk.pdf(certificate)
        if face == "sd-jwt":
            return certificate.credential.encode()
        return certificate.code.encode() if face == "qr" else picture_of(certificate.code, "png")

    async def _on_record(self, head: Head, rights: Rights, certificate: Certificate) -> None:
        if self._handed_out is None:
            return
        try:
            await self._handed_out.to_caller(rights, certificate.person, head.scope["state"]["correlation_id"])
        except NotRecorded:
            raise Rejected(500, "The answer is not on record.", code=Code.INTERNAL) from None


_ENDINGS = {"pdf": "pdf", "sd-jwt": "sd-jwt", "qr": "txt", "qr.png": "png"}

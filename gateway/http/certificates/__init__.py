"""What is asked of certificates outside the graph: downloads, keys and lists of states, two pages that verify."""

from starlette.routing import Route

from gateway.certificates.desk import CertificateDesk
from gateway.domain.clock import Clock
from gateway.http.authentication import Authenticator
from gateway.http.certificates.downloads import Downloads
from gateway.http.certificates.published import Published
from gateway.http.certificates.verify_page import VerifyPage
from gateway.operation.audit.handed_out import HandedOut
from gateway.operation.budget import Budget
from gateway.rights.rights import Policy


def certificate_routes(
    desk: CertificateDesk,
    authenticator: Authenticator,
    policy: Policy,
    clock: Clock,
    *,
    origin: str | None,
    budget: Budget | None,
    handed_out: HandedOut | None,
) -> tuple[Route, ...]:
    published, verify = Published(desk), VerifyPage(desk, clock, handed_out)
    downloads = Downloads(desk, authenticator, policy, origin=origin, budget=budget, handed_out=handed_out)
    return (
        Route("/certificates/jwks.json", published.keys, methods=["GET"]),
        Route("/certificates/status/{number:int}", published.list, methods=["GET"]),
        Route("/certificates/verifier.html", published.page, methods=["GET"]),
        Route("/certificates/{serial}/{face}", downloads, methods=["GET"]),
        Route("/verify", verify.answer, methods=["GET", "POST"]),
    )

"""POST /callbacks/bank-refah: the bank's call about a payment (docs/systems/bank_refah.md).

The call is a reason to ask, and no confirmation: whoever forged one, or sent one again, would make us ask the bank.
A refusal says whose fault it is: 4xx the caller's, which need not be repeated; 503 ours: then the bank calls again.
"""

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.domain.payment_bank import BankCalls, CallProblem, CallRefused
from gateway.http.body import body_of
from gateway.http.errors import Rejected
from gateway.http.head import Head
from gateway.requests.database import StoreUnavailable
from gateway.requests.payments.desk import PaymentDesk

PATH = "/callbacks/bank-refah"
LARGEST = 10_000  # bytes
_log = structlog.get_logger("gateway.bank_calls")


def bank_calls(calls: BankCalls, desk: PaymentDesk, *, seconds: float) -> Route:
    """`seconds` is the patience with one body."""

    async def answer(request: Request) -> Response:
        try:
            body = await body_of(Head(request.scope), request.receive, size=LARGEST, seconds=seconds)
            call = calls.read(request.method, _target(request), request.headers, body)
            new = await desk.called(call.identifier, call.event, call.what)
        except Rejected as rejected:
            return _refused(rejected.status, "BAD_REQUEST")
        except CallRefused as refused:
            _log.warning("call.refused", problem=refused.problem.value)
            return _refused(400 if refused.problem is CallProblem.UNREADABLE else 401, refused.problem.value)
        except StoreUnavailable:
            return JSONResponse({"error": "TRY_AGAIN"}, 503, {"retry-after": "5"})
        except ClientDisconnect:
            return Response(status_code=499)
        if new is None:
            return _refused(404, "PAYMENT_UNKNOWN")
        return JSONResponse({"status": "OK", "result": "TAKEN" if new else "KNOWN"})

    return Route(PATH, answer, methods=["POST"])


def _target(request: Request) -> str:
    raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
    query: bytes = request.scope["query_string"]
    return (raw + (b"?" + query if query else b"")).decode("latin-1")


def _refused(status: int, error: str) -> Response:
    return JSONResponse({"error": error}, status)

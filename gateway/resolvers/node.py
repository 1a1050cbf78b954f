"""The ids of nodes: sealed, so that no national code leaves in them; and what they lead back to."""

from typing import Annotated

import strawberry
from strawberry import ID, Info

from executor import pure
from gateway.domain.failure import Code
from gateway.domain.identifiers import BranchCode, NationalId, WorkshopCode, WorkshopKey
from gateway.domain.lookup import Fact
from gateway.domain.payment_ticket import PaymentTicket
from gateway.domain.refusal import Refused
from gateway.domain.request import ServiceRequest
from gateway.domain.workshop import Workshop
from gateway.loading.context import RequestContext
from gateway.loading.keyring import Keyring
from gateway.resolvers.key import PersonKey
from gateway.resolvers.payment_ticket import KIND as TICKET
from gateway.resolvers.payment_ticket import ticket_of
from gateway.resolvers.relation import forbidden, known, seen
from gateway.resolvers.request import request_of
from gateway.resolvers.sealing import seal_for
from gateway.resolvers.selection import releases
from gateway.resolvers.workshop import workshop_by_key


@pure
def person_id(root: PersonKey, info: Info[RequestContext, None]) -> ID:
    return _seal(info.context.keyring, b"Person", root.national_id.digits)


@pure
def workshop_id(root: Fact[Workshop], info: Info[RequestContext, None]) -> ID:
    return _seal(info.context.keyring, b"Workshop", root.value.code.digits + root.value.branch.digits)


async def node_by_id(
    info: Info[RequestContext, None],
    id: Annotated[ID, strawberry.argument(description="A node's `id`, as it was given.")],  # noqa: A002 - Relay's name
) -> PersonKey | Fact[Workshop] | ServiceRequest | PaymentTicket | None:
    known(info.context)
    key = opened(info.context.keyring, id)
    if key is None:
        return await (ticket_of if kind_of(info.context.keyring, id) == TICKET else request_of)(info.context, id)
    if isinstance(key, WorkshopKey):
        if not releases(info, "Workshop"):
            raise forbidden()
        return await workshop_by_key(info, key)
    return await seen(info, key)


def opened(keyring: Keyring, id_: str) -> NationalId | WorkshopKey | None:
    """What an id stands for; None for a request and a payment. Raises Refused for what never was an id."""
    kind, key = _parts(keyring, id_)
    if kind in (b"ServiceRequest", TICKET):
        return None
    digits = key.decode()
    return (
        WorkshopKey(WorkshopCode(digits[:10]), BranchCode(digits[10:])) if kind == b"Workshop" else NationalId(digits)
    )


def kind_of(keyring: Keyring, id_: str) -> bytes:
    """Raises Refused for what never was an id."""
    return _parts(keyring, id_)[0]


def _parts(keyring: Keyring, id_: str) -> tuple[bytes, bytes]:
    try:
        kind, _, key = seal_for(keyring, "node").open(id_, [b"node"]).partition(b":")
    except ValueError:
        raise Refused(Code.BAD_USER_INPUT, "Argument 'id' is not an id of this service.") from None
    return kind, key


def _seal(keyring: Keyring, kind: bytes, key: str) -> ID:
    return ID(seal_for(keyring, "node").seal(kind + b":" + key.encode(), [b"node"]))

"""A citizen sees who read what about them, when and why; nobody else does; what is sealed comes later."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import strawberry

from gateway.domain.access import AccessLogQuery
from gateway.domain.caller import Caller, CallerKind
from gateway.loading.keyring import Keyring
from gateway.operation.audit.event import Release, Who
from gateway.operation.audit.opening import open_record
from gateway.operation.audit.pseudonyms import Pseudonyms
from gateway.operation.audit.reading import AccessLogs
from gateway.operation.audit.settings import AuditSettings
from gateway.operation.audit.store import Store
from gateway.operation.audit.wording import GROUPS, LISTS, UNLISTED
from gateway.schema import build_schema
from gateway.schema.grantable import fields_of
from tests.operation.audit.conftest import Events, StandingClock
from tests.operation.audit.recorded_gateway import KEYRING, Gateway, recorded_gateway
from tests.resolvers.conftest import MINA, SARA, World

LOG = """query($first: Int, $after: String) { me { accessLog(first: $first, after: $after) {
    edges { cursor } nodes { at reader { fa en } purpose { fa en } legalBasis groups { fa en } }
    pageInfo { hasNextPage endCursor } } } }"""
SARA_CITIZEN = Caller(kind=CallerKind.CITIZEN, subject=SARA, client="app")


@pytest.fixture(scope="session")
def schema() -> strawberry.Schema:
    return build_schema()


@pytest.fixture
async def gateway(schema: strawberry.Schema, place: Path, clock: StandingClock) -> AsyncIterator[Gateway]:
    settings = AuditSettings(store=f"sqlite:///{place}", writer="a", checkpoint_seconds=60)
    async with open_record(settings, KEYRING, clock) as record, recorded_gateway(World(schema), record) as gateway:
        yield gateway


async def log_of(gateway: Gateway, **variables: Any) -> dict[str, Any]:
    gateway.caller.caller = SARA_CITIZEN
    said = (await gateway.ask(LOG, variables)).json()
    assert "errors" not in said, said
    log: dict[str, Any] = said["data"]["me"]["accessLog"]
    return log


async def test_it_tells_who_read_which_groups_and_why_in_both_languages(gateway: Gateway) -> None:
    await gateway.ask(f'{{ person(nationalId: "{SARA.digits}") {{ identity {{ firstName }} pension {{ number }} }} }}')
    [entry] = (await log_of(gateway))["nodes"]
    assert entry["reader"]["en"] == "a developer of the sandbox"
    assert [group["en"] for group in entry["groups"]] == ["identity (civil registry)", "pension"]
    assert [group["fa"] for group in entry["groups"]] == ["هویت (ثبت احوال)", "مستمری"]
    assert entry["at"]
    assert entry["purpose"] is None


async def test_reading_the_log_and_ids_alone_are_on_record_and_not_in_the_log(gateway: Gateway) -> None:
    await log_of(gateway)
    await gateway.ask("{ me { id } }")
    assert (await log_of(gateway))["nodes"] == []


async def test_ones_own_reading_and_a_supporters_are_told_apart(gateway: Gateway) -> None:
    gateway.caller.caller = SARA_CITIZEN
    await gateway.ask("{ me { nationalId dependents { relation person { identity { firstName } } } } }")
    assert [entry["reader"]["en"] for entry in (await log_of(gateway))["nodes"]] == ["yourself"]
    gateway.caller.caller = Caller(kind=CallerKind.CITIZEN, subject=MINA)
    said = (await gateway.ask(LOG)).json()["data"]["me"]["accessLog"]["nodes"]
    assert [entry["reader"]["en"] for entry in said] == ["your supporter or representative"]
    assert [group["en"] for group in said[0]["groups"]] == ["identity (civil registry)", "dependants"]


@pytest.mark.parametrize("caller", [Caller(kind=CallerKind.CITIZEN, subject=MINA), Caller(kind=CallerKind.DEVELOPER)])
async def test_nobody_else_sees_it(gateway: Gateway, caller: Caller) -> None:
    gateway.caller.caller = caller
    query = f'{{ person(nationalId: "{SARA.digits}") {{ accessLog {{ nodes {{ at }} }} }} }}'
    said = (await gateway.ask(query)).json()
    assert said["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert not (said["data"]["person"] or {}).get("accessLog")


async def test_a_supporter_does_not_see_the_dependants_log(gateway: Gateway) -> None:
    gateway.caller.caller = SARA_CITIZEN
    said = (await gateway.ask("{ me { dependents { person { accessLog { nodes { at } } } } } }")).json()
    assert [e["path"] for e in said["errors"] if e["path"][-1] == "accessLog"] == [
        ["me", "dependents", 0, "person", "accessLog"]
    ]


async def test_its_pages_hold_each_entry_once_newest_first(gateway: Gateway, clock: StandingClock) -> None:
    gateway.caller.caller = SARA_CITIZEN
    for _ in range(5):  # at one moment: their order must be total nevertheless
        await gateway.ask("{ me { nationalId } }")
    pages, after = [], None
    while True:
        page = await log_of(gateway, first=2, after=after)
        pages.append(len(page["nodes"]))
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert pages == [2, 2, 1]


async def test_what_is_sealed_comes_in_its_place_when_its_time_is_over(
    store: Store, events: Events, clock: StandingClock
) -> None:
    pseudonyms = Pseudonyms(KEYRING)
    sara = pseudonyms.person(SARA)
    clock.move(hours=1)
    until = clock.now().replace(hour=23)
    released = (Release(fields=("Identity.firstName",), persons=(sara,)),)
    first, sealed, last = (
        events.one(released=released),
        events.one(released=released, sealed_until=until),
        events.one(released=released),
    )
    await store.append("a", [first, sealed, last])
    logs = AccessLogs(store, pseudonyms, clock)
    query = AccessLogQuery(person=SARA, first=10)
    assert [entry.position.event for entry in (await logs(query)).items] == [last.id, first.id]
    clock.move(days=1)
    assert [entry.position.event for entry in (await logs(query)).items] == [last.id, sealed.id, first.id]


async def test_an_agency_is_named_by_its_contract(store: Store, events: Events, clock: StandingClock) -> None:
    pseudonyms = Pseudonyms(KEYRING)
    released = (Release(fields=("Identity.firstName",), persons=(pseudonyms.person(SARA),)),)
    await store.append("a", [events.one(released=released)])
    [entry] = (await AccessLogs(store, pseudonyms, clock)(AccessLogQuery(person=SARA, first=1))).items
    assert (entry.reader.en, entry.purpose and entry.purpose.fa, entry.legal_basis) == (
        "a court",
        "رسیدگی",
        "Article 1",
    )


async def test_what_was_recorded_under_a_former_master_key_is_still_found(
    store: Store, events: Events, clock: StandingClock
) -> None:
    old, new = Keyring(b"o" * 32), Keyring(b"n" * 32)
    for keyring in (old, new):
        released = (Release(fields=("Identity.firstName",), persons=(Pseudonyms(keyring).person(SARA),)),)
        await store.append("a", [events.one(released=released, who=Who(kind="OPERATOR"), agreement=None)])
    query = AccessLogQuery(person=SARA, first=10)
    assert len((await AccessLogs(store, Pseudonyms(new), clock)(query)).items) == 1
    assert len((await AccessLogs(store, Pseudonyms(new, [old]), clock)(query)).items) == 2


def test_each_type_with_data_about_persons_belongs_to_a_group_and_no_group_is_stale(
    schema: strawberry.Schema,
) -> None:
    ours = {"PersonItem", "AccessLogEntry"}  # echo the question; are the log itself
    fields = dict(fields_of(schema._schema))
    sensitive = {
        coordinate.partition(".")[0]
        for coordinate, field in fields.items()
        if any(type(d).__name__ == "SensitiveDirective" for d in field.extensions["strawberry-definition"].directives)
    }
    assert sensitive - ours == set(GROUPS), "tell it in words in gateway/operation/audit/wording.py"
    assert UNLISTED | LISTS.keys() <= fields.keys()

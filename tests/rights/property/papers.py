"""Random contracts, registers and callers, written as the files that a gateway reads."""

import csv
import datetime
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from graphql import GraphQLObjectType, get_named_type

from tests.rights.property.country import NOW, PEOPLE
from tests.rights.property.operations import SCHEMA
from tests.rights.property.oracle import FACTS, needs_a_right

TODAY = NOW.date()
ENTRIES = ("Query.person", "Query.persons", "Query.node")
# What no contract may name: special facts, and what is no person's.
NEVER = frozenset(
    {
        "Photo.mediaType",
        "Photo.base64",
        "Person.photo",
        "Person.accessLog",
        "Person.requests",
        "Person.eligibility",
        "Workshop.eligibility",
        "Person.certificates",
        "Person.paymentTickets",
        "Person.treatment",
        "Query.paymentTicket",
        "Debt.paidHere",
        "Query.me",
        "Query.workshop",
        "Query.request",
        "Query.certificate",
    }
)
OF_REQUESTS = frozenset(
    {
        "Mutation",
        "Subscription",
        "ServiceRequest",
        "PaymentTicket",
        "TreatmentEntitlement",
        "PaymentStands",
        "NoSuchPayment",
        "RequestStep",
        "EligibilityReason",
        "ServiceLevel",
        "Appointment",
        "CommissionDetails",
        "Figure",
        "Eligibility",
        "InvalidInput",
        "NotEligible",
        "AlreadyRequested",
        "NotInThisState",
        "IdempotencyKeyReused",
        "SystemBusy",
    }
)
# A contract may name what `redeemCertificate` leads to; only a passcode opens it, and tests of certificates prove that.
OF_CERTIFICATES = frozenset(
    {
        "Certificate",
        "CertifiedLine",
        "CertificatePasscode",
        "CertificateRedemption",
        "NotCertifiable",
        "NotCertifiableReason",
        "CertificateNotInForce",
        "TooManyPasscodes",
        "MadePasscode",
        "PasscodeRefused",
        "PasscodesClosed",
    }
)
NEVER_TYPES = frozenset({"Workshop", "ClaimOrders", "ClaimOrder"}) | OF_REQUESTS | OF_CERTIFICATES


def _groups() -> dict[str, frozenset[str]]:
    found = {}
    for owner, type_ in SCHEMA.type_map.items():
        if isinstance(type_, GraphQLObjectType) and not owner.startswith("__") and owner not in NEVER_TYPES:
            for name, definition in type_.fields.items():
                coordinate = f"{owner}.{name}"
                if needs_a_right(coordinate) and coordinate not in FACTS | NEVER:
                    found[coordinate] = frozenset(_below(get_named_type(definition.type).name))
    return found


def _below(kind: str) -> set[str]:
    """The types whose facts a group leads to, through pages and entries."""
    type_ = SCHEMA.type_map[kind]
    assert isinstance(type_, GraphQLObjectType)
    found = {kind}
    for name, definition in type_.fields.items():
        if not needs_a_right(f"{kind}.{name}") and name in ("edges", "nodes", "node", "entries"):
            found |= _below(get_named_type(definition.type).name)
    return found


GROUPS = _groups()
LEAVES = tuple(sorted(c for c in FACTS if c not in NEVER and c.partition(".")[0] not in NEVER_TYPES))


@dataclass(frozen=True)
class Paper:
    """A contract as it is written. `fields` may be thinned until every one of them is in reach."""

    name: str
    client: str
    relation: str
    fields: tuple[str, ...]
    starts: datetime.date
    expires: datetime.date

    def text(self) -> str:
        listed = ",\n".join(f'  "{coordinate}"' for coordinate in self.fields)
        return (
            f'name = "{self.name}"\nclients = ["{self.client}"]\nrelation = "{self.relation}"\n'
            f"rate_per_minute = 1000000\ndaily_quota = 1000000000\n"
            f"starts = {self.starts}\nexpires = {self.expires}\n"
            f'legal_basis = "Tests Act, Art. 1"\nfields = [\n{listed}\n]\n'
            f'[agency]\nfa = "آزمون"\nen = "Tests"\n[purpose]\nfa = "آزمون"\nen = "Trial"\n'
        )


@dataclass(frozen=True)
class Registers:
    """As they are written: `relations` and `represented` with the last day on which an entry holds, "" for ever."""

    relations: Mapping[str, Mapping[str, str]]
    protected: frozenset[str]
    represented: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        (folder / "relations").mkdir(parents=True, exist_ok=True)
        for name, held in self.relations.items():
            _write(folder / "relations" / f"{name}.csv", "national_code,until", (f"{c},{u}" for c, u in held.items()))
        _write(folder / "protected.csv", "national_code", self.protected)
        kind = "guardian"
        pairs = (f"{by},{of},{kind},{until}" for (by, of), until in self.represented.items())
        _write(folder / "representations.csv", "representative,represented,kind,until", pairs)
        _write(folder / "revoked.csv", "token_id", ())


def _write(file: Path, head: str, lines: Iterable[str]) -> None:
    file.write_text("\n".join((head, *lines)) + "\n")


# How many of a contract's fields are named, and of its groups: eighths.
DENSITIES = (2, 5, 7, 7, 7.5, 8)
DENSITY_OF_GROUPS = 7.5


def _chosen(random: Random, eighths: float, among: tuple[str, ...]) -> frozenset[str]:
    return frozenset(each for each in among if random.random() * 8 < eighths)


def _in_reach(fields: frozenset[str]) -> tuple[str, ...]:
    """Without what cannot be arrived at, and without groups under which nothing is named."""
    while True:
        types = {"Person"}
        for _ in range(6):
            types |= {
                kind for group in fields & GROUPS.keys() if group.partition(".")[0] in types for kind in GROUPS[group]
            }
        owners = {each.partition(".")[0] for each in fields}
        kept = frozenset(
            each for each in fields if each.partition(".")[0] in types and (each not in GROUPS or GROUPS[each] & owners)
        )
        if kept == fields:
            return tuple(sorted(kept))
        fields = kept


def paper_of(random: Random, name: str, client: str, relation: str) -> Paper:
    leaves = _chosen(random, random.choice(DENSITIES), LEAVES)
    groups = _chosen(random, DENSITY_OF_GROUPS, tuple(sorted(GROUPS)))
    left_out = random.randrange(16)  # now and then a contract lacks one of the ways in
    entries = tuple(entry for n, entry in enumerate(ENTRIES) if n != left_out)
    fields = (*entries, *(_in_reach(leaves | groups) or ("Person.nationalId",)))
    starts, expires = TODAY - datetime.timedelta(days=30), TODAY + datetime.timedelta(days=30)
    match random.randrange(16):
        case 0:
            expires = TODAY - datetime.timedelta(days=1)
        case 1:
            starts = TODAY + datetime.timedelta(days=1)
        case 2:
            expires = TODAY
        case 3:
            starts = TODAY
    return Paper(name, client, relation, fields, starts, expires)


def registers_of(random: Random, relations: tuple[str, ...]) -> Registers:
    yesterday = TODAY - datetime.timedelta(days=1)
    days = ("", "", "", "", "", "", str(TODAY), str(yesterday))
    held = {name: {c: random.choice(days) for c in _chosen(random, 7, PEOPLE)} for name in relations}
    protected = _chosen(random, 1, PEOPLE)
    represented = {}
    if random.randrange(4) == 0:
        represented[PEOPLE[0], PEOPLE[random.randint(1, 6)]] = random.choice(days[6:])
    return Registers(held, protected, represented)


def held_today(file: Path) -> frozenset[tuple[str, ...]]:
    """The entries of a register that hold today, without their last day: read here, by hand."""
    with file.open() as lines:
        rows = list(csv.DictReader(lines))
    standing = [row for row in rows if not row.get("until") or row["until"] >= str(TODAY)]
    return frozenset(tuple(v for k, v in row.items() if k not in ("until", "kind")) for row in standing)


def read_contract(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text())


def fields_in_force(file: Path) -> tuple[frozenset[str], str]:
    """What a contract file releases today, and the register of its relation: read here, by hand."""
    said = read_contract(file)
    in_force = said["starts"] <= TODAY <= said["expires"]
    return frozenset(said["fields"]) if in_force else frozenset(), said["relation"]

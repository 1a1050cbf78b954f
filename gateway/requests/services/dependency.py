"""Whose dependency is found: domain.md 1.1, kefalat (S0). A father who has completed 60 years, a mother 55, a husband
who is over 60; or whom the commission of Art. 91 found totally disabled. The insured bears their livelihood, and they
are neither insured nor pensioners themselves, of the Organisation or of any other fund.

Art. 58 has parents "over" 60 and 55, in an older text (domain.md 1.6): that reading can be set. The commission's
finding is looked up by the branch, by the number of its file.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gateway.domain.calendar import Day
from gateway.domain.citizen import Citizen
from gateway.domain.dependent import Relation
from gateway.domain.failure import Source
from gateway.domain.identifiers import NationalId
from gateway.domain.insurance import Insurance
from gateway.domain.other_fund import FundMembership
from gateway.domain.request import Figure, Reason
from gateway.domain.services.dependency import SERVICE, DependencyRequest, SupportedRelation
from gateway.requests.assessing import Rules
from gateway.requests.reading import UNREAD, Reader, Unread
from gateway.requests.rules.age import age_figures
from gateway.requests.rules.facts import BRANCHES, REGISTRY, fund_memberships_of, insurance_of, today_of
from gateway.requests.rules.inquiry import inquire, of_the_registry
from gateway.requests.rules.kinship import fits_the_registry, kin_of
from gateway.requests.rules.link import INSURED_OR_PENSIONER, is_insured_or_pensioner
from gateway.requests.rules.reason import broken
from gateway.requests.rules.reckoning import Age, ages_on

AGES: Mapping[SupportedRelation, Age] = {
    SupportedRelation.FATHER: Age(60),
    SupportedRelation.MOTHER: Age(55),
    SupportedRelation.HUSBAND: Age(60),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DependencyFacts:
    """`candidate` is the registry's record; `kin`: whether the registry has them in that relation, None where it does
    not say. `own` is the candidate's own insurance with the Organisation, `elsewhere` with other funds. `over`: whether
    parents have to be over their age, as a husband always has."""

    today: Day
    applicant: NationalId
    person: NationalId | None = None
    relation: SupportedRelation | None = None
    supports: bool | None = None
    commission_file: str | None = None
    insurance: Insurance | Unread = UNREAD
    candidate: Citizen | Unread | None = UNREAD
    kin: bool | None = None
    own: Insurance | Unread = UNREAD
    elsewhere: tuple[FundMembership, ...] | Unread = UNREAD
    over: bool = False


def reasons(facts: DependencyFacts) -> Iterable[Reason | None]:
    yield is_insured_or_pensioner("dependency.applicant-is-linked", facts.insurance)
    yield _another(facts)
    relation = _relation(facts.relation)
    yield from of_the_registry("dependency", facts.candidate, relation)
    yield from fits_the_registry("dependency.is-kin", relation, facts.kin)
    yield _age(facts)
    yield _livelihood(facts)
    yield _no_cover_of_their_own(facts)
    yield _no_cover_elsewhere(facts)


def _relation(said: SupportedRelation | None) -> Relation | None:
    return said and Relation[said.name]


def _another(facts: DependencyFacts) -> Reason | None:
    if facts.person != facts.applicant:
        return None
    return broken(
        "dependency.is-another",
        found="the applicant",
        needed="another person",
        source=None,
        fa="متقاضی نمی‌تواند تحت تکفل خود باشد.",
        en="Nobody is their own dependant.",
    )


def _age(facts: DependencyFacts) -> Reason | None:
    """A birth known by year or month only breaks it where no day of it would be enough."""
    if facts.relation is None or (facts.commission_file or "").strip():
        return None
    birth = facts.candidate.birth if isinstance(facts.candidate, Citizen) else None
    if birth is None:
        return None
    _, most = ages_on(birth, facts.today)
    needed = AGES[facts.relation]
    has_to_be_over = facts.over or facts.relation is SupportedRelation.HUSBAND
    if most > needed or (most == needed and not has_to_be_over):
        return None
    years = f"over {needed.years} years" if has_to_be_over else f"{needed.years} years completed"
    return broken(
        "dependency.age",
        found=str(most),
        needed=f"{years}, or a finding of total disability by the commission of Art. 91",
        source=REGISTRY,
        fa=f"سن این فرد به حد لازم ({needed.years} سال) نرسیده است و پرونده‌ای از کمیسیون پزشکی درباره ازکارافتادگی "
        "کلی او اعلام نشده است.",
        en="This person has not reached the age, and no finding of total disability by the commission is named.",
    )


def _livelihood(facts: DependencyFacts) -> Reason | None:
    if facts.supports is not False:
        return None
    return broken(
        "dependency.livelihood-is-borne",
        found="not borne",
        needed="borne by the applicant",
        source=None,
        fa="تأمین معاش این فرد باید بر عهده متقاضی باشد.",
        en="The applicant has to bear this person's livelihood.",
    )


def _no_cover_of_their_own(facts: DependencyFacts) -> Reason | None:
    if isinstance(facts.own, Unread) or facts.own.status not in INSURED_OR_PENSIONER:
        return None
    return broken(
        "dependency.no-cover-of-their-own",
        found=f"{facts.own.status.value} of the Organisation",
        needed="neither insured nor a pensioner, of the Organisation or of another fund",
        source=BRANCHES,
        fa="این فرد خود بیمه‌شده یا مستمری‌بگیر سازمان است.",
        en="This person is insured with the Organisation, or draws a pension of it.",
    )


def _no_cover_elsewhere(facts: DependencyFacts) -> Reason | None:
    """At the time of the request. Which fund it is stays with the funds: that there is one is what the rule needs."""
    if isinstance(facts.elsewhere, Unread) or not facts.elsewhere:
        return None
    return broken(
        "dependency.no-cover-elsewhere",
        found=f"{facts.elsewhere[0].standing.value} of another fund",
        needed="neither insured nor a pensioner, of the Organisation or of another fund",
        source=Source.INSURANCE_FUNDS,
        fa="این فرد بیمه‌شده یا مستمری‌بگیر صندوق بیمه‌ای دیگری است.",
        en="This person is insured with another fund, or draws a pension of it.",
    )


def figures(facts: DependencyFacts) -> Iterable[Figure]:
    if isinstance(facts.candidate, Citizen) and facts.candidate.birth is not None:
        yield from age_figures(facts.candidate.birth, facts.today)


async def read(reader: Reader, request: DependencyRequest) -> DependencyFacts:
    """Of the candidate's own cover nobody is asked unless the registry has them as the applicant's kin: whether a
    stranger is insured is told to nobody. Where it does not say, the papers do, and the branch decides."""
    insurance, candidate, kin = await asyncio.gather(
        insurance_of(reader, request.applicant),
        inquire(reader, request.candidate, request.birth),
        kin_of(reader, _relation(request.relation), request.applicant, request.candidate),
    )
    own: Insurance | Unread = UNREAD
    elsewhere: tuple[FundMembership, ...] | Unread = UNREAD
    if kin and isinstance(candidate, Citizen):
        person = candidate.national_id
        own, elsewhere = await asyncio.gather(insurance_of(reader, person), fund_memberships_of(reader, person))
    return DependencyFacts(
        today=today_of(reader),
        applicant=request.applicant,
        person=request.candidate,
        relation=request.relation,
        supports=request.supports,
        commission_file=request.commission_file,
        insurance=insurance,
        candidate=candidate,
        kin=kin,
        own=own,
        elsewhere=elsewhere,
        over=reader.decrees.parents_over_age,
    )


RULES = Rules(service=SERVICE, read=read, reasons=reasons, figures=figures)

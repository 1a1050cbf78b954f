"""Everything that can be set, read once from the environment; refuses to start with a sentence.

Names are `TAMIN_` and the field, `__` between a group and its field: `TAMIN_BANK_REFAH__URL`. A group can also be given
whole, as JSON. `docs/guide/operators.md` lists them, and a test keeps that list whole.
"""

from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal, get_origin, get_type_hints

import msgspec
from pydantic import BaseModel, BeforeValidator, Field, SecretBytes, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from adapters.bank_refah.settings import BankRefahSettings
from adapters.branch_counter.settings import BranchCounterSettings
from adapters.branch_databases.settings import BranchDatabasesSettings
from adapters.branch_intake.settings import BranchIntakeSettings
from adapters.civil_registry.settings import CivilRegistrySettings
from adapters.finance.settings import FinanceSettings
from adapters.insurance_funds.settings import InsuranceFundsSettings
from adapters.labour_ministry.settings import LabourMinistrySettings
from adapters.medical_commission.settings import MedicalCommissionSettings
from adapters.outbound.resilience import ResilienceSettings
from adapters.registry_events.settings import RegistryEventsSettings
from adapters.short_term_benefits.settings import ShortTermBenefitsSettings
from adapters.sms.settings import SmsSettings
from gateway.certificates.settings import CertificateSettings
from gateway.domain.addresses import named
from gateway.domain.decrees import Decrees
from gateway.domain.entitlement import EntitlementRules
from gateway.domain.money import rial
from gateway.domain.settable import Count
from gateway.http.authentication.settings import TokenSettings
from gateway.http.settings import HttpSettings, Listening
from gateway.loading.ages import MemoryAges
from gateway.loading.keyring import Keyring
from gateway.loading.redis_memory import memory_url
from gateway.operation.allowances import LimitSettings
from gateway.operation.audit.settings import AuditSettings
from gateway.operation.execution import ExecutionSettings
from gateway.requests.cycles.settings import CycleSettings
from gateway.requests.payments.amounts import WHOLE
from gateway.requests.payments.settings import PaymentSettings
from gateway.requests.premium_list.settings import PremiumListSettings
from gateway.requests.settings import RequestSettings, ServiceSettings
from gateway.stores.engines import store_url

KEY_BYTES = 32


def _key_of_hex(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        key = bytes.fromhex(value)
    except ValueError:
        raise ValueError("must be hexadecimal") from None
    if len(key) < KEY_BYTES:
        raise ValueError(f"must have at least {KEY_BYTES} bytes, {2 * KEY_BYTES} hexadecimal digits")
    return key


Key = Annotated[SecretBytes, BeforeValidator(_key_of_hex)]


def _decoded(value: Any) -> Any:
    """Lists and tables inside a group stand in the environment as JSON; pydantic-settings reads only those outside."""
    if isinstance(value, dict):
        return {name: _decoded(inner) for name, inner in value.items()}
    if isinstance(value, str) and value.startswith(("{", "[")):
        try:
            return msgspec.json.decode(value)
        except msgspec.DecodeError:
            return value  # its own field says what it should have been
    return value


def _redis_or(place: str, *words: str) -> str:
    if place in words:
        return place
    try:
        return memory_url(place)
    except ValueError as problem:
        raise ValueError(f"must be {', '.join(words)}, or a URL: {problem}") from None


class Settings(BaseSettings):
    """One field a group. Keys are hexadecimal, 32 bytes or more; `openssl rand -hex 32` makes one."""

    model_config = SettingsConfigDict(
        env_prefix="TAMIN_", env_nested_delimiter="__", extra="forbid", frozen=True, allow_inf_nan=False
    )

    master_key: Key = Field(
        description="seals ids and cursors, hides and encrypts what is remembered; the same on all replicas"
    )
    former_master_keys: tuple[Key, ...] = Field(
        (), description="master keys of before, newest first: what they encrypted in memory is still read"
    )
    tokens: TokenSettings = Field(
        description="whose access tokens are good: issuers with their keys or introspection, our audience, proofs"
    )

    civil_registry: CivilRegistrySettings
    bank_refah: BankRefahSettings
    labour_ministry: LabourMinistrySettings
    branch_databases: BranchDatabasesSettings
    medical_commission: MedicalCommissionSettings | None = Field(
        None, description="the commission of Art. 91; without it requestCommission is not offered"
    )
    branch_counter: BranchCounterSettings | None = Field(
        None, description="the branches' counter for requests; without it what branches decide is not offered"
    )
    short_term_benefits: ShortTermBenefitsSettings | None = Field(
        None, description="the central short-term-benefits system; without it its services are not offered"
    )
    registry_events: RegistryEventsSettings | None = Field(
        None, description="the civil registry's event feed; without it nothing is known of marriages and deaths"
    )
    insurance_funds: InsuranceFundsSettings | None = Field(
        None, description="the other insurance funds; without it nothing is known of them"
    )
    finance: FinanceSettings | None = Field(None, description="payment documents; without it nothing is paid out")
    sms: SmsSettings | None = Field(None, description="messages to persons; without it none is sent")

    branch_intake: BranchIntakeSettings | None = Field(
        None, description="where branches take premium lists; without it no list can be submitted"
    )

    resilience: ResilienceSettings = Field(
        default_factory=ResilienceSettings,
        description="how often a call that breaks off is made again; when a system that keeps failing is left alone",
    )
    memory: str = Field(
        "process",
        description="where facts are remembered: process, off, or a URL: redis://, rediss://, redis+sentinel://, redis+cluster://",
    )
    memory_ages: MemoryAges = Field(
        default_factory=MemoryAges, description="how long each group of facts is remembered, in seconds"
    )
    limits: LimitSettings = Field(
        default_factory=LimitSettings,
        description="what each kind of caller may use in an operation, a minute and a day; where it is counted",
    )
    trusted_documents: Path | None = Field(
        None, description="a manifest: then its operations are the only ones that run; also `serve --trusted-documents`"
    )
    contracts: Path | None = Field(
        None, description="the folder of the contracts with agencies (*.toml); without it agencies are given nothing"
    )
    registers: Path | None = Field(
        None, description="the folder of the registers: protection, representation, relations, revoked tokens"
    )
    reread_seconds: float = Field(
        5.0, gt=0, description="how often contracts and registers are looked at, and read anew where they changed"
    )
    execution: ExecutionSettings = Field(
        default_factory=ExecutionSettings,
        description="the engine: compiled, reference or shadow; how much is kept of plans, and when one is made",
    )
    audit: AuditSettings = Field(
        default_factory=AuditSettings,
        description="the record of what left: its store and chain, checkpoints and where they are held, what is sealed",
    )
    requests: RequestSettings = Field(
        default_factory=RequestSettings,
        description="what citizens ask for: where it is kept, its terms and working days, receipts, documents",
    )
    certificates: CertificateSettings = Field(
        default_factory=CertificateSettings,
        description="certificates: the issuer's name and keys, how old facts may be, how long they last, passcodes",
    )
    cycles: CycleSettings = Field(
        default_factory=CycleSettings,
        description="the monthly cycles: whether gateways begin them by themselves, and how much is done at once",
    )
    payments: PaymentSettings = Field(
        default_factory=PaymentSettings,
        description="money: the Organisation's bill identifier, rates, how long tickets last, reconciliation",
    )
    premium_lists: PremiumListSettings = Field(
        default_factory=PremiumListSettings,
        description="premium lists: the tolerance of roundings, the pivot of years, how much is read and told",
    )
    services: ServiceSettings = Field(
        default_factory=ServiceSettings,
        description="what the sources leave open about services: a price that is unknown, and disputed readings",
    )
    dependant_age: int | None = Field(
        20, ge=0, description="the age in years from which a supporter sees a son or daughter no longer; null for none"
    )
    minimum_daily_wage: dict[int, Count] = Field(
        default_factory=dict,
        description="rial a day by Jalali year, as decreed; without it no unemployment benefit is computed",
    )

    listening: Listening = Field(
        default_factory=Listening, description="address, port, patience with connections, draining"
    )
    http: HttpSettings = Field(default_factory=HttpSettings, description="limits of requests, CORS, trusted proxies")
    log_format: Literal["json", "console"] = Field("json", description="json for machines, console for people")

    @model_validator(mode="before")
    @classmethod
    def _lists_and_tables(cls, given: dict[str, Any]) -> dict[str, Any]:
        return {name: _decoded(value) for name, value in given.items()}

    @property
    def keyring(self) -> Keyring:
        return Keyring(self.master_key.get_secret_value())

    @property
    def former_keyrings(self) -> tuple[Keyring, ...]:
        return tuple(Keyring(key.get_secret_value()) for key in self.former_master_keys)

    @field_validator("memory")
    @classmethod
    def _known_memory(cls, place: str) -> str:
        return _redis_or(place, "process", "off")

    @field_validator("tokens")
    @classmethod
    def _known_replay(cls, tokens: TokenSettings) -> TokenSettings:
        if tokens.replay is not None:
            named("replay", lambda place: _redis_or(place, "process"), tokens.replay)
        return tokens

    @property
    def replay(self) -> str | None:
        """Where used proofs are remembered: the URL of a Redis, or None for the process."""
        place = self.tokens.replay or self.memory
        return None if place in ("process", "off") else place

    @field_validator("limits")
    @classmethod
    def _known_store(cls, limits: LimitSettings) -> LimitSettings:
        named("store", lambda place: _redis_or(place, "memory", "process"), limits.store)
        return limits

    @field_validator("audit")
    @classmethod
    def _known_record(cls, audit: AuditSettings) -> AuditSettings:
        named("store", store_url, audit.store)
        return audit

    @field_validator("requests")
    @classmethod
    def _known_requests(cls, requests: RequestSettings) -> RequestSettings:
        if requests.store:
            named("store", store_url, requests.store)
        return requests

    @field_validator("certificates")
    @classmethod
    def _known_certificates(cls, certificates: CertificateSettings) -> CertificateSettings:
        if problem := certificates.problem():
            raise ValueError(problem)
        return certificates

    @property
    def issuing(self) -> CertificateSettings:
        """With the issuer's name, whatever says it."""
        origin = self.http.origin.rstrip("/") if self.http.origin else None
        listening = f"http://{self.listening.host}:{self.listening.port}"
        return replace(self.certificates, issuer=self.certificates.issuer or origin or listening)

    @field_validator("payments")
    @classmethod
    def _known_bill(cls, payments: PaymentSettings) -> PaymentSettings:
        try:
            _ = payments.bill_identifier
        except ValueError:
            raise ValueError("bill must be 6 to 13 digits with a valid check digit") from None
        if any(not 0 < rate < WHOLE for rate in (*payments.rates.values(), payments.part_month_rate or 1)):
            raise ValueError(f"rates are hundredths of a percent, from 1 to {WHOLE - 1}")
        return payments

    @property
    def counted_in(self) -> str | None:
        """Where use is counted: the URL of a Redis, or None for the process."""
        place = self.memory if self.limits.store == "memory" else self.limits.store
        return None if place in ("process", "off") else place

    @property
    def entitlement_rules(self) -> EntitlementRules:
        return EntitlementRules(minimum_daily_wage={year: rial(wage) for year, wage in self.minimum_daily_wage.items()})

    @property
    def decrees(self) -> Decrees:
        day = self.services.military_day
        return Decrees(
            entitlement=self.entitlement_rules,
            rates=self.payments.rates,
            part_month_rate=self.payments.part_month_rate,
            military_day=None if day is None else rial(day),
            voluntary_below_fifty=self.services.voluntary_below_fifty,
            parents_over_age=self.services.parents_over_age,
        )


def sentences(error: ValidationError) -> list[str]:
    """One line a problem, naming the variable and never its value: it may be a secret."""
    lines = []
    for problem in error.errors(include_input=False, include_url=False, include_context=False):
        variable = "TAMIN_" + "__".join(str(part).upper() for part in problem["loc"])
        reason = "is not set" if problem["type"] == "missing" else problem["msg"].removeprefix("Value error, ")
        lines.append(f"{variable}: {reason}")
    return lines


# Read by the sandbox's commands, before there are settings.
OTHER_VARIABLES = frozenset({"TAMIN_SANDBOX_STATE"})


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """Variables of our prefix that set nothing: most likely misspelt, and so not in force without anybody noticing."""
    known = dict(_variables(Settings, "TAMIN_"))
    ours = sorted(name for name in environment if name.startswith("TAMIN_") and name not in OTHER_VARIABLES)
    return [name for name in ours if name not in known and not _is_inside(name, known)]


def _variables(group: Any, prefix: str) -> Iterator[tuple[str, bool]]:
    """Each variable's name, and whether it is a table whose entries can be set one by one."""
    if issubclass(group, BaseModel):
        fields = {name: field.annotation for name, field in group.model_fields.items()}
    else:
        fields = get_type_hints(group)
    for name, kind in fields.items():
        variable = f"{prefix}{name.upper()}"
        yield variable, get_origin(kind) in (dict, Mapping)
        if isinstance(kind, type) and (issubclass(kind, BaseModel) or is_dataclass(kind)):
            yield from _variables(kind, f"{variable}__")


def _is_inside(name: str, known: Mapping[str, bool]) -> bool:
    return any(table and name.startswith(f"{variable}__") for variable, table in known.items())

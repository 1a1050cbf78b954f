"""What the schema says of its fields beyond their types; printed in the SDL. A test proves that each is classified."""

import enum

import strawberry
from strawberry.schema_directive import Location

from gateway.domain.failure import Source as Source
from gateway.schema.enumeration import describe


class SensitivityLevel(enum.Enum):
    PERSONAL = "PERSONAL"
    FINANCIAL = "FINANCIAL"
    SPECIAL = "SPECIAL"


describe(
    SensitivityLevel,
    "How carefully a value is to be handled. None of these may stand in a log, a metric or an error.",
    {
        "PERSONAL": "Says who somebody is, or something about a person.",
        "FINANCIAL": "Wages, payments, pensions and debts.",
        "SPECIAL": "A picture, or what tells of health or death.",
    },
)

describe(
    Source,
    "A back office that facts come from.",
    {
        "CIVIL_REGISTRY": "The civil registry (ثبت احوال): one person a call, a daily quota, opening hours.",
        "BANK_REFAH": "Bank Refah (بانک رفاه): premium payments and their confirmation.",
        "LABOUR_MINISTRY": "The Labour Ministry's unemployment system (سامانه بیمه بیکاری).",
        "BRANCH_DATABASES": "The databases of the Organisation's branches (شعب).",
        "MEDICAL_COMMISSION": "The medical commission's referral system (کمیسیون پزشکی): told of requests, never asked "
        "while one is answered.",
        "BRANCH_INTAKE": "Where branches take premium lists (دریافت لیست حق بیمه): told of lists, never asked.",
        "BRANCH_COUNTER": "The counter of the branches (کارتابل شعب): told of requests, likewise.",
        "SHORT_TERM_BENEFITS": "The central short-term-benefits system (سامانه متمرکز تعهدات کوتاه‌مدت): likewise.",
        "REGISTRY_EVENTS": "The civil registry's events (وقایع ثبت احوال): births, marriages, divorces and deaths.",
        "INSURANCE_FUNDS": "The other insurance funds (صندوق‌های بیمه دیگر): who is insured or pensioned there.",
        "FINANCE": "The finance department (اداره کل امور مالی): payment documents.",
        "SMS": "The SMS gateway (سامانه پیامک): told of messages, never asked while a request is answered.",
    },
)


@strawberry.schema_directive(
    name="source",
    locations=[Location.FIELD_DEFINITION],
    description="Answering this field asks this system. It is null with an error while the system cannot answer.",
)
class SourceDirective:
    system: Source = strawberry.field(description="The system that is asked.")


@strawberry.schema_directive(
    name="sensitive",
    locations=[Location.FIELD_DEFINITION],
    description="Holds data about a person; kept out of logs, metrics and error texts.",
)
class SensitiveDirective:
    level: SensitivityLevel = strawberry.field(description="How carefully it is to be handled.")


@strawberry.schema_directive(
    name="cost",
    locations=[
        Location.ARGUMENT_DEFINITION,
        Location.ENUM,
        Location.FIELD_DEFINITION,
        Location.INPUT_FIELD_DEFINITION,
        Location.OBJECT,
        Location.SCALAR,
    ],
    description="What this adds to the cost of an operation. Without it: 1 for an object, 0 for a value.",
)
class CostDirective:
    weight: str = strawberry.field(description="A decimal number.")


@strawberry.schema_directive(
    name="listSize",
    locations=[Location.FIELD_DEFINITION],
    description="How many entries a list has at most, for the cost of an operation.",
)
class ListSizeDirective:
    assumed_size: int | None = strawberry.field(
        default=strawberry.UNSET, description="So many, where no argument says it."
    )
    slicing_arguments: list[str] | None = strawberry.field(
        default=strawberry.UNSET,
        description="The arguments that say how many: by their number, or by the length of a list.",
    )
    sized_fields: list[str] | None = strawberry.field(
        default=strawberry.UNSET, description="The fields below that hold the entries; none: the field itself does."
    )
    require_one_slicing_argument: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether one of the slicing arguments must be given."
    )


PERSONAL = [SensitiveDirective(level=SensitivityLevel.PERSONAL)]
FINANCIAL = [SensitiveDirective(level=SensitivityLevel.FINANCIAL)]
SPECIAL = [SensitiveDirective(level=SensitivityLevel.SPECIAL)]


def asks(system: Source, *, weight: int = 10) -> list[object]:
    """For a field that crosses to `system`; `weight` is its cost."""
    return [SourceDirective(system=system), CostDirective(weight=str(weight))]


ASSESSING: list[object] = [CostDirective(weight="30")]
"""For a field that assesses: it asks several systems."""


def list_of(size: int) -> list[object]:
    """For a plain list of `size` entries, as a rule."""
    return [ListSizeDirective(assumed_size=size)]


def connection_of(default_size: int = 20) -> list[object]:
    """For a connection sliced by `first`."""
    return [
        ListSizeDirective(
            assumed_size=default_size,
            slicing_arguments=["first"],
            sized_fields=["edges", "nodes"],
            require_one_slicing_argument=False,
        )
    ]


def as_many_as(argument: str, most: int) -> list[object]:
    """For a plain list with one entry for each that `argument`, a list, holds."""
    return [ListSizeDirective(assumed_size=most, slicing_arguments=[argument], require_one_slicing_argument=True)]

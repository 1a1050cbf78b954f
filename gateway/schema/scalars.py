"""The scalars of the graph. Input takes Persian and Arabic digits; a refusal never repeats the value it refuses."""

import datetime
from collections.abc import Callable
from typing import Any, NoReturn

import strawberry
from graphql import GraphQLError, StringValueNode, ValueNode
from strawberry.types.scalar import ScalarDefinition

from executor import Inline
from gateway.certificates.passcode import Passcode, as_typed
from gateway.domain.calendar import Day, YearMonth
from gateway.domain.failure import Code
from gateway.domain.identifiers import BranchCode, Identifier, InsuranceNumber, MobileNumber, NationalId, WorkshopCode
from gateway.domain.money import Rial
from gateway.domain.text import fold_digits
from gateway.resolvers.persons import PersonRef

_OURS = "https://tamin-gateway.example/docs/guide/scalars.md"


class JalaliDate(str):
    """A Jalali date as precise as it is known."""

    __slots__ = ()


def _refuse(sentence: str) -> NoReturn:
    raise GraphQLError(sentence, extensions={"code": Code.BAD_USER_INPUT.value}) from None


def _parser(name: str, parse: Callable[[str], Any]) -> Callable[[Any], Any]:
    """Raises GraphQLError, BAD_USER_INPUT: graphql-core prints any other exception beside the value."""

    def parsed(value: Any) -> Any:
        if not isinstance(value, str):
            _refuse(f"{name} must be a string")
        try:
            return parse(value)
        except ValueError as error:
            return _refuse(str(error))

    return parsed


def _literal(parse: Callable[[Any], Any]) -> Callable[..., Any]:
    """The same for what stands in the document, so that the error says where."""

    def parsed(node: ValueNode, _variables: object = None) -> Any:
        try:
            return parse(node.value if isinstance(node, StringValueNode) else None)
        except GraphQLError as error:
            raise GraphQLError(error.message, node, extensions=error.extensions) from None

    return parsed


def _scalar(
    name: str, description: str, *, serialize: Callable[[Any], str], parse: Callable[[Any], Any], specified_by: str = ""
) -> ScalarDefinition:
    return strawberry.scalar(
        name=name,
        description=description,
        specified_by_url=specified_by or f"{_OURS}#{name.lower()}",
        serialize=serialize,
        parse_value=parse,
        parse_literal=_literal(parse),
    )


def _identifier(kind: type[Identifier], description: str) -> ScalarDefinition:
    return _scalar(
        kind.__name__,
        description,
        serialize=lambda identifier: identifier.digits,
        parse=_parser(kind.__name__, kind.parse),
    )


def _rial(text: str) -> Rial:
    folded = fold_digits(text.strip())
    if not folded.removeprefix("-").isdecimal():
        raise ValueError("Rial must be a string of digits")
    return Rial(int(folded))


def _date(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(fold_digits(text.strip()))
    except ValueError:
        raise ValueError("Date must be written as 2020-12-12") from None


def _date_time(text: str) -> datetime.datetime:
    try:
        moment = datetime.datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError("DateTime must be written as 2020-12-12T08:30:00Z") from None
    if moment.tzinfo is None:
        raise ValueError("DateTime needs its offset, such as Z")
    return moment.astimezone(datetime.UTC)


def _utc(moment: datetime.datetime) -> str:
    return moment.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")


SCALARS: dict[object, ScalarDefinition] = {
    NationalId: _identifier(
        NationalId, "A national code (کد ملی): ten digits, the last a check digit. Leading zeros count."
    ),
    InsuranceNumber: _identifier(InsuranceNumber, "An insurance number (شماره بیمه): 8 to 10 digits."),
    WorkshopCode: _identifier(
        WorkshopCode, "A workshop's code (کد کارگاه): ten digits. Names a workshop only together with its branch."
    ),
    BranchCode: _identifier(BranchCode, "A branch's code (کد شعبه): four digits, such as 0070."),
    MobileNumber: _identifier(
        MobileNumber, "A mobile number (تلفن همراه): eleven digits from 09. +98 and 0098 are taken on input."
    ),
    JalaliDate: _scalar(
        "JalaliDate",
        "A Jalali date, 1399-09-22. Where a system knows less: 1399-09 or 1399.",
        serialize=str,
        parse=_parser("JalaliDate", lambda text: JalaliDate(Day.parse(text).jalali)),
    ),
    YearMonth: _scalar(
        "YearMonth",
        "A Jalali month, 1399-09.",
        serialize=str,
        parse=_parser("YearMonth", YearMonth.parse),
    ),
    Rial: _scalar(
        "Rial",
        'An amount in rial, a string of digits: "18432000". Amounts exceed 2^31. Negative for credits.',
        serialize=str,
        parse=_parser("Rial", _rial),
    ),
    Passcode: _scalar(
        "Passcode",
        "A passcode (رمز) of a certificate. On input, any case, Persian digits, spaces and hyphens are taken.",
        serialize=str,
        parse=_parser("Passcode", lambda text: Passcode(as_typed(text[:100]))),
    ),
    datetime.date: _scalar(
        "Date",
        "A Gregorian day, 2020-12-12.",
        specified_by="https://scalars.graphql.org/andimarek/local-date.html",
        serialize=datetime.date.isoformat,
        parse=_parser("Date", _date),
    ),
    datetime.datetime: _scalar(
        "DateTime",
        "A moment in UTC, 2020-12-12T08:30:00Z.",
        specified_by="https://scalars.graphql.org/andimarek/date-time.html",
        serialize=_utc,
        parse=_parser("DateTime", _date_time),
    ),
    PersonRef: _scalar(
        "PersonRef",
        "A national code (کد ملی), unchecked: a bad one is an item's `code`, not the request's error.",
        serialize=str,
        parse=lambda value: PersonRef(value if isinstance(value, str) else ""),
    ),
}

# How the compiled executor writes their values without a call; `serialize` above says the same.
INLINES: dict[str, Inline] = {
    **{
        kind.__name__: Inline(kind, "{v}.digits")
        for kind in (NationalId, InsuranceNumber, WorkshopCode, BranchCode, MobileNumber)
    },
    "YearMonth": Inline(YearMonth, '"%04d-%02d" % ({v}.year, {v}.month)'),
    "Rial": Inline(int, "str({v})"),
    "JalaliDate": Inline(str, "{v}"),
}

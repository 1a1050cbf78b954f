"""What a failure says to people: one fixed sentence a code, in Persian and English. No value, no upstream text."""

from collections.abc import Mapping
from typing import Literal

from gateway.domain.failure import Code

Language = Literal["fa", "en"]

ENGLISH: Mapping[Code, str] = {
    Code.UNAUTHENTICATED: "A valid token is needed.",
    Code.FORBIDDEN: "You may not see this.",
    Code.BAD_USER_INPUT: "The request is not understood.",
    Code.COST_LIMIT: "The request asks for more than one request may.",
    Code.RATE_LIMITED: "Too many requests. Please try again later.",
    Code.SOURCE_UNAVAILABLE: "A system behind this gateway cannot be reached at the moment.",
    Code.SOURCE_TIMEOUT: "A system behind this gateway did not answer in time.",
    Code.SOURCE_CLOSED: "A system behind this gateway is outside its opening hours.",
    Code.SOURCE_QUOTA: "The quota of a system behind this gateway is used up for now.",
    Code.CIRCUIT_OPEN: "A system behind this gateway failed just now and is left alone for a moment.",
    Code.DEADLINE_EXCEEDED: "The request took longer than it may.",
    Code.INTERNAL: "Something went wrong on our side.",
}

PERSIAN: Mapping[Code, str] = {
    Code.UNAUTHENTICATED: "برای این درخواست، توکن معتبر لازم است.",
    Code.FORBIDDEN: "شما اجازهٔ دیدن این مورد را ندارید.",
    Code.BAD_USER_INPUT: "درخواست نامفهوم است.",
    Code.COST_LIMIT: "این درخواست بیش از اندازهٔ مجاز است.",
    Code.RATE_LIMITED: "تعداد درخواست‌ها زیاد است. لطفاً بعداً دوباره تلاش کنید.",
    Code.SOURCE_UNAVAILABLE: "یکی از سامانه‌ها در حال حاضر در دسترس نیست.",
    Code.SOURCE_TIMEOUT: "یکی از سامانه‌ها به‌موقع پاسخ نداد.",
    Code.SOURCE_CLOSED: "یکی از سامانه‌ها خارج از ساعت کاری است.",
    Code.SOURCE_QUOTA: "سهمیهٔ یکی از سامانه‌ها فعلاً تمام شده است.",
    Code.CIRCUIT_OPEN: "یکی از سامانه‌ها دچار خطا شده است و لحظاتی فراخوانی نمی‌شود.",
    Code.DEADLINE_EXCEEDED: "پاسخ به درخواست بیش از زمان مجاز طول کشید.",
    Code.INTERNAL: "خطایی در سمت ما رخ داد.",
}


def sentence(code: Code, language: str) -> str:
    return (ENGLISH if language == "en" else PERSIAN)[code]


def language_of(accept_language: str | None) -> Language:
    """fa or en, by the weights of Accept-Language; fa where it names neither."""
    best: tuple[float, Language] = (0.0, "fa")
    for item in (accept_language or "").split(","):
        tag, _, parameters = item.strip().partition(";")
        primary = tag.strip().lower().partition("-")[0]
        if primary not in {"fa", "en"}:
            continue
        weight = _weight(parameters)
        if weight > best[0]:
            best = (weight, "fa" if primary == "fa" else "en")
    return best[1]


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0

"""What persons are told of a cycle, in Persian: short, without names and national codes, digits as they are read."""

from gateway.domain.calendar import Day
from gateway.domain.money import Rial

_PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_FROM = "سازمان تأمین اجتماعی"


def allowance_granted(amount: Rial) -> str:
    return (
        f"کمک‌هزینه ازدواج شما به مبلغ {_rial(amount)} ریال تأیید و سند پرداخت آن صادر شد. "
        f"مبلغ به حسابی که نزد سازمان ثبت کرده‌اید واریز می‌شود.\n{_FROM}"
    )


def allowance_without_account(amount: Rial) -> str:
    return (
        f"کمک‌هزینه ازدواج شما به مبلغ {_rial(amount)} ریال تأیید شد، ولی شماره حسابی از شما نزد سازمان ثبت نیست. "
        f"برای دریافت آن، شماره حساب خود را در درگاه خدمات غیرحضوری ثبت کنید.\n{_FROM}"
    )


def dependency_ended(on: Day, *, by_death: bool) -> str:
    cause = "فوت" if by_death else "ازدواج"
    return (
        f"بر پایه داده‌های ثبت احوال، با ثبت {cause} فرزند دختر شما کفالت بیمه‌ای ایشان از تاریخ {_day(on)} پایان یافت. "
        f"اگر این داده نادرست است، به شعبه خود مراجعه کنید.\n{_FROM}"
    )


def _rial(amount: Rial) -> str:
    return f"{amount:,}".replace(",", "٬").translate(_PERSIAN)


def _day(day: Day) -> str:
    return day.jalali.replace("-", "/").translate(_PERSIAN)

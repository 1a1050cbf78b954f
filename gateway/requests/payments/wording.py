"""The states of a payment in the payer's words: above all, when not to pay again."""

from gateway.domain.access import Wording
from gateway.domain.payment import PaymentState

STATES: dict[PaymentState, Wording] = {
    PaymentState.CREATED: Wording(
        fa="منتظر پرداخت شما هستیم. تا پایان مهلت، برای همین بدهی پرداخت دیگری آغاز نمی‌شود.",
        en="Waiting for you to pay. Until the ticket expires, no other payment can be started for the same.",
    ),
    PaymentState.PENDING: Wording(
        fa="بانک در حال انجام پرداخت است. دوباره پرداخت نکنید.", en="The bank is at it. Do not pay again."
    ),
    PaymentState.VERIFYING: Wording(
        fa="پرداخت شما در حال بررسی است. دوباره پرداخت نکنید.", en="Your payment is being checked. Do not pay again."
    ),
    PaymentState.PAID_UNCONFIRMED: Wording(
        fa="مبلغ از حساب شما کسر شده و تأیید بانک هنوز نرسیده است. دوباره پرداخت نکنید.",
        en="The money was taken, and the bank's confirmation is not here yet. Do not pay again.",
    ),
    PaymentState.CONFIRMED: Wording(fa="پرداخت تأیید شد.", en="Paid and confirmed."),
    PaymentState.REVERSED: Wording(
        fa="مبلغ به حساب شما برگشت داده شد.", en="The money was given back to your account."
    ),
    PaymentState.EXPIRED: Wording(
        fa="مهلت پرداخت گذشت و مبلغی دریافت نشد.", en="The time to pay is over; nothing was taken."
    ),
    PaymentState.FAILED: Wording(
        fa="پرداخت انجام نشد و مبلغی دریافت نشد.", en="The payment did not succeed; nothing was taken."
    ),
}

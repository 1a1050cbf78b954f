"""What offices decide, in words. A result that several forms have means the same in all of them."""

from collections.abc import Mapping

from gateway.domain.access import Wording

AMOUNT: Mapping[str, Wording] = {"amount": Wording(fa="مبلغ (ریال)", en="Amount (rial)")}
PAYMENT_DOCUMENT: Mapping[str, Wording] = {
    "paymentDocument": Wording(fa="شماره سند پرداخت", en="Number of the payment document")
}
CONTRACT_NUMBER: Mapping[str, Wording] = {"contractNumber": Wording(fa="شماره قرارداد", en="Number of the contract")}
ORDER_NUMBER: Mapping[str, Wording] = {"orderNumber": Wording(fa="شماره حکم", en="Number of the order")}
SINCE: Mapping[str, Wording] = {"since": Wording(fa="از تاریخ", en="From")}
DAYS: Mapping[str, Wording] = {"days": Wording(fa="تعداد روز", en="Days")}

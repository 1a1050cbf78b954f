"""requestCommission: referral to the medical commission of Art. 91 (domain.md, service 17)."""

from gateway.domain.access import Wording
from gateway.domain.office import Office
from gateway.domain.request import RequestKind
from gateway.requests.commission.rules import assess
from gateway.requests.commission.translation import details_of
from gateway.requests.kinds import Kind
from gateway.requests.settings import Terms


def commission(office: Office, terms: Terms) -> Kind:
    return Kind(
        kind=RequestKind.MEDICAL_COMMISSION,
        words=Wording(fa="درخواست کمیسیون پزشکی (ماده ۹۱)", en="Referral to the medical commission (Art. 91)"),
        terms=terms,
        office=office,
        assess=assess,
        subject=lambda details: details_of(details).subject,
        documents=lambda details: (details_of(details).certificate,),
    )

"""The conversation with the commission system: that of all offices, under a path of its own."""

from adapters.medical_commission.settings import MedicalCommissionSettings
from adapters.outbound.case_files.client import CaseFileClient
from adapters.outbound.http import Channel
from gateway.domain.clock import Clock
from gateway.domain.failure import Source

COMMISSION = Source.MEDICAL_COMMISSION
REFERRALS = "/v1/referrals"


def client_of(channel: Channel, settings: MedicalCommissionSettings, clock: Clock) -> CaseFileClient:
    return CaseFileClient(COMMISSION, channel, settings, REFERRALS, clock)

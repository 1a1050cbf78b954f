"""Where the commission system is, our account there, and how patient we are with it."""

from adapters.outbound.case_files.settings import OfficeSettings


class MedicalCommissionSettings(OfficeSettings):
    """An office of case files as any."""

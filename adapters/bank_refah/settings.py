"""Where Bank Refah is, the secret we sign with, and how much we ask at once."""

from pydantic import Field, SecretStr

from adapters.outbound.settings import ChannelSettings, SystemSettings


class BankRefahSettings(SystemSettings):
    client_id: str = Field(description="Who we are, in X-Refah-Client")
    secret: SecretStr = Field(description="The key of our signatures")
    callback_secret: SecretStr | None = Field(
        None, description="The key of the bank's signatures on its calls to us; without it no call is taken"
    )
    payment_page: str | None = Field(
        None, pattern=r"^https?://", description="Where payers pay: the bank's page, to which the identifiers are added"
    )
    timeout: float = Field(3.0, gt=0, description="Seconds for one call")
    patience: float = Field(10.0, gt=0, description="Seconds for one batch of payers: all its pages, queueing included")
    batch_size: int = Field(50, ge=1, le=50, description="Payers a call")
    page_size: int = Field(200, ge=1, le=500, description="Receipts a page")
    max_pages: int = Field(50, ge=1, description="Pages a batch; a total beyond them is not believed")
    max_file_bytes: int = Field(50_000_000, ge=1_000, description="A longer reconciliation file is refused")
    file_timeout: float = Field(120.0, gt=0, description="Seconds for one reconciliation file")
    max_answer_bytes: int = Field(1_000_000, ge=1_000, description="A longer answer is refused")

    def for_files(self) -> ChannelSettings:
        """Reconciliation files come long and one at a time, beside the calls that somebody waits for."""
        return ChannelSettings(
            ca_file=self.ca_file,
            http_client=self.http_client,
            timeout=self.file_timeout,
            parallelism=1,
            max_answer_bytes=self.max_file_bytes,
        )

"""Where the Labour Ministry is, our OAuth2 client, and how much we ask at once."""

from pydantic import Field, SecretStr

from adapters.outbound.settings import SystemSettings


class LabourMinistrySettings(SystemSettings):
    client_id: str = Field(description="Our OAuth2 client")
    client_secret: SecretStr = Field(description="Its secret")
    scope: str = Field("unemployment.read", description="The scope we ask a token for")
    renew_before: float = Field(30.0, ge=0, description="Seconds before its end at which a token is renewed")
    timeout: float = Field(3.0, gt=0, description="Seconds for one call")
    patience: float = Field(10.0, gt=0, description="Seconds for one batch: token, all pages, queueing included")
    batch_size: int = Field(100, ge=1, le=100, description="National codes a call")
    page_size: int = Field(100, ge=1, le=100, description="Cases a page")
    max_pages: int = Field(50, ge=1, description="Pages a batch; a total beyond them is not believed")
    max_answer_bytes: int = Field(1_000_000, ge=1_000, description="A longer answer is refused")

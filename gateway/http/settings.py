"""What can be set about serving. `gateway.settings` reads it from the environment; tests make their own."""

from dataclasses import dataclass, field

from gateway.domain.addresses import named, network, origin
from gateway.domain.settable import Count, CountOrZero, Duration, DurationOrZero, Port
from gateway.operation.limits import DocumentLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSettings:
    """Times in seconds, sizes in bytes. `trusted_proxies` are networks such as 10.0.0.0/8; `cors_origins` are exact.

    `client_certificate_header` is where those proxies tell of a client's certificate. `origin` is what clients call us,
    such as https://graph.example.ir; without it, what each request says: set it where proofs are to be good here alone.
    Answers to agencies leave at whole multiples of `agency_quantum_seconds` after the request, so that a refusal's time
    does not tell its reason; longer than deciding takes, 0 for never. /metrics is for requests that come straight from
    `metrics_networks`, and for operators' tokens.
    """

    request_seconds: Duration = 10.0
    request_grace_seconds: DurationOrZero = 2.0
    body_seconds: Duration = 10.0
    send_seconds: Duration = 30.0
    upload_seconds: Duration = 120.0
    body_size: Count = 256 * 1024
    open_introspection: bool = False
    cors_origins: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    metrics_networks: tuple[str, ...] = ("127.0.0.0/8", "::1/128")
    client_certificate_header: str | None = None
    origin: str | None = None
    agency_quantum_seconds: DurationOrZero = 0.025
    documents: DocumentLimits = field(default_factory=DocumentLimits)

    def __post_init__(self) -> None:
        named("trusted_proxies", network, *self.trusted_proxies)
        named("metrics_networks", network, *self.metrics_networks)
        named("cors_origins", origin, *self.cors_origins)
        if self.origin:
            named("origin", origin, self.origin.rstrip("/"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Where to listen, and how patient to be with connections. `port` 0 takes a free one.

    `drain_grace_seconds`: after SIGTERM, how long new connections are still answered while /ready says 503, so that a
    load balancer sees it. `drain_seconds`: how long requests in flight may then take. `collect_after`: how many objects
    more are made than go between two collections of garbage.
    """

    host: str = "127.0.0.1"
    port: Port = 8000
    head_seconds: Duration = 10.0
    head_size: Count = 32 * 1024
    idle_seconds: CountOrZero = 20
    silent_connections: Count = 512
    concurrent_requests: Count = 2_000
    drain_grace_seconds: DurationOrZero = 0.0
    drain_seconds: CountOrZero = 30
    backlog: Count = 2_048
    collect_after: CountOrZero = 10_000

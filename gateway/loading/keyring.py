"""One master key, many purposes: each use derives its own, so that none can be played off against another."""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Keyring:
    """Derives keys by HKDF-SHA256 from a master key of at least 32 bytes. Printing it shows nothing."""

    def __init__(self, master: bytes) -> None:
        if len(master) < 32:
            raise ValueError("the master key must have at least 32 bytes")
        self._master = master

    def derive(self, purpose: str, length: int = 32) -> bytes:
        """The key of one purpose, such as "cursor" or "memory.value"; the same each time. `length` in bytes."""
        return HKDF(SHA256(), length, salt=None, info=f"tamin-gateway/{purpose}".encode()).derive(self._master)

    def __repr__(self) -> str:
        return "Keyring(***)"

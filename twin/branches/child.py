"""Starts a server as a child that dies with us, under another user where we are root.

On Linux the kernel itself ends the child when we are killed (PR_SET_PDEATHSIG). Elsewhere a SIGKILL of the twin leaves
its server behind; any other end of the twin stops it.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Account:
    """Whom a server runs as. `is_us` where nothing has to change for it."""

    uid: int
    gid: int
    is_us: bool

    @classmethod
    def ours(cls) -> Self:
        return cls(os.geteuid(), os.getegid(), is_us=True)

    @classmethod
    def named(cls, name: str) -> Self:
        """Only as root. Makes the user where there is none: OSError, SubprocessError or KeyError if it cannot."""
        import pwd

        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            subprocess.run(["useradd", "--system", name], check=True, capture_output=True)  # noqa: S603, S607
            entry = pwd.getpwnam(name)
        return cls(entry.pw_uid, entry.pw_gid, is_us=False)

    def owns(self, folder: Path) -> None:
        """Hands a folder (not what is in it) to this account."""
        if not self.is_us:
            os.chown(folder, self.uid, self.gid)

    def can_reach(self, path: Path) -> bool:
        """Whether this account may enter every folder on the way to `path`."""
        if self.is_us:
            return True
        return all(
            parent.stat().st_mode & 0o001 or (parent.stat().st_uid == self.uid and parent.stat().st_mode & 0o100)
            for parent in path.resolve().parents
        )


def run(command: Sequence[str], account: Account, folder: Path) -> None:
    """Runs a command to its end; raises RuntimeError with its last words if it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, **_as(account))  # type: ignore[call-overload]  # noqa: S603
    if done.returncode:
        raise RuntimeError(f"{Path(command[0]).name} failed: {done.stderr.strip()[-500:]}")


def start(command: Sequence[str], account: Account, folder: Path, log: Path) -> subprocess.Popen[bytes]:
    """A server in a session of its own, so that Ctrl-C reaches it only through us. Its output goes to `log`."""
    with log.open("ab") as output:
        return subprocess.Popen(  # type: ignore[call-overload, no-any-return]  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=folder,
            start_new_session=True,
            preexec_fn=_dies_with(os.getpid()),
            **_as(account),
        )


def _as(account: Account) -> dict[str, object]:
    environment = {"PATH": os.defpath, "LC_ALL": "C"}
    if account.is_us:
        return {"env": environment}
    return {"env": environment, "user": account.uid, "group": account.gid, "extra_groups": []}


def _dies_with(parent: int) -> Callable[[], None] | None:
    """Runs in the child between fork and exec, after the change of user, which would clear the setting."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def bind() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)
        if os.getppid() != parent:  # killed before the line above could say so
            os._exit(1)

    return bind

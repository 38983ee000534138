"""Refuse network file systems: SQLite's write-ahead log needs memory shared on one machine."""

from pathlib import Path

from data.storage.errors import StoreUnusableError

_MOUNTS = Path("/proc/mounts")
_NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "afs", "ceph"})


def check_local_disk(database: Path) -> None:
    """Refuse a database on a network file system (Linux; elsewhere nothing is known).

    Raises
    ------
    StoreUnusableError
        If the folder is mounted over a network.
    """
    if not _MOUNTS.is_file():
        return
    place = database.resolve()
    if file_system_of(place, _MOUNTS.read_text("utf-8")) in _NETWORK:
        message = f"{place.parent} is on a network: move the store to a local disk."
        raise StoreUnusableError(message)


def file_system_of(path: Path, mounts: str) -> str:
    r"""Return the type of the file system that holds a path.

    Parameters
    ----------
    path : Path
        Any path, absolute.
    mounts : str
        Text in the form of ``/proc/mounts``.

    Returns
    -------
    str
        Empty when none holds it.

    Examples
    --------
    >>> file_system_of(Path("/home/ana/a.db"), "dev / ext4 rw 0 0\nfs /home nfs4 rw 0 0\n")
    'nfs4'
    """
    holding: dict[int, str] = {}
    for line in mounts.splitlines():
        _device, folder, kind, *_rest = line.split(" ")
        if path.is_relative_to(folder.replace("\\040", " ")):
            holding[len(folder)] = kind
    return holding[max(holding)] if holding else ""

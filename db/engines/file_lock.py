"""A lock on an open file, by the operating system: it ends with the process that has it, however that ends."""

import sys

# Not the package filelock, whose import takes 13 ms of the quarter second that a small command takes.
if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


def lock_file(descriptor: int) -> bool:
    """Lock a file until it is closed; return False where somebody has it. Child processes do not have it open.

    Raises:
        OSError: Its file system has no locks.
    """
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):  # as POSIX and Windows say it
        return False
    return True

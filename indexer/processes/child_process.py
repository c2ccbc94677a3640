"""Child processes that communicate over standard input and output.

``multiprocessing`` is not used: its "spawn" imports the program's main module into every child, so a script without an
``if __name__ == "__main__"`` guard would start itself again.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import IO, Any

_CODE_FOLDER = Path(__file__).resolve().parents[2]
_BOOT = (
    "import os, sys; os.environ['OPENBLAS_NUM_THREADS'] = '1'; sys.path.insert(0, sys.argv.pop(1)); "
    "from {module} import main; main()"
)


def start_child(module: str, *arguments: str, stderr: int | None = None) -> "subprocess.Popen[bytes]":
    """Start ``main()`` of a module in a process of its own, with pipes for its input and output.

    Its numpy has one thread: there are other processes beside it, and idle threads would spin.

    Args:
        module: Full name of the module.
        arguments: What ``main()`` finds in ``sys.argv[1:]``.
        stderr: As of `subprocess.Popen`; inherited by default.
    """
    # -P: a numpy.py in the user's folder is not to be imported.
    command = [sys.executable, "-P", "-c", _BOOT.format(module=module), str(_CODE_FOLDER), *arguments]
    return subprocess.Popen(  # noqa: S603 - our own interpreter and code
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, **_out_of_reach_of_ctrl_c()
    )


def kill_child(child: "subprocess.Popen[bytes]") -> None:
    """End a child in the middle of its work, and close the pipes to it."""
    child.kill()
    child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            pipe.close()


def own_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """In the child: return standard input and output for messages, where libraries can then no longer read or print."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    silence = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1):
        os.dup2(silence, descriptor)
    return requests, answers


def _out_of_reach_of_ctrl_c() -> dict[str, Any]:
    """Start a process group of its own: Ctrl-C is for the program, which then stops its children."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    return {"process_group": 0}

"""Put files, not their paths, on the clipboard, to paste them into a DAW or a file manager."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from db.errors import UsageError

_SECONDS = 5.0  # until a program is killed
# Windows PowerShell 5.1 alone takes files. The paths come by stdin, so that none of them is read as code.
_POWERSHELL = (
    "[Console]::InputEncoding = [Text.Encoding]::UTF8; "
    "Set-Clipboard -LiteralPath ([Console]::In.ReadToEnd().Split([char]10, [StringSplitOptions]::RemoveEmptyEntries))"
)
_JAVASCRIPT = """
ObjC.import("AppKit");
function run(paths) {
    const files = $.NSMutableArray.alloc.init;
    paths.forEach((path) => files.addObject($.NSURL.fileURLWithPath(path)));
    $.NSPasteboard.generalPasteboard.clearContents;
    if (!$.NSPasteboard.generalPasteboard.writeObjects(files)) throw new Error("refused");
}
"""


@dataclass(frozen=True, slots=True)
class _Program:
    """A program that puts files on the clipboard, and its input."""

    command: tuple[str, ...]
    content: bytes = b""


def copy_files(paths: Sequence[Path]) -> None:
    """Put files on the clipboard; takes up to some seconds.

    Raises:
        UsageError: No program for it is installed, or it fails.
    """
    reasons = []
    for program in _programs(paths):
        name = program.command[0]
        if shutil.which(name) is None:
            continue
        reason = _run(program)
        if reason is None:
            return
        reasons.append(f"{name} {reason}")
    raise UsageError(f"The clipboard took no file: {'; '.join(reasons) or _missing()}.")


def uri_list(paths: Sequence[Path]) -> bytes:
    """Return files as ``text/uri-list`` (RFC 2483), which keeps every byte of a name."""
    return "".join(f"{path.absolute().as_uri()}\r\n" for path in paths).encode("ascii")


def _programs(paths: Sequence[Path]) -> list[_Program]:
    """Return the programs that may be installed on this system, in order of preference."""
    if sys.platform == "darwin":
        return [_Program(("osascript", "-l", "JavaScript", "-e", _JAVASCRIPT, *map(str, paths)))]
    if sys.platform == "win32":
        command = ("powershell.exe", "-NoProfile", "-NonInteractive", "-Command", _POWERSHELL)
        return [_Program(command, "\n".join(map(str, paths)).encode())]
    found, content = [], uri_list(paths)
    if os.environ.get("WAYLAND_DISPLAY"):
        found.append(_Program(("wl-copy", "--type", "text/uri-list"), content))
    if os.environ.get("DISPLAY"):
        found.append(_Program(("xclip", "-selection", "clipboard", "-t", "text/uri-list"), content))
    return found


def _missing() -> str:
    if sys.platform in {"darwin", "win32"}:
        return "the system's own program for it is not on the PATH"
    if os.environ.get("WAYLAND_DISPLAY"):
        return "install wl-clipboard"
    return "install xclip" if os.environ.get("DISPLAY") else "there is no screen here, as over SSH"


def _run(program: _Program) -> str | None:
    """Return why a program failed, or None.

    xclip and wl-copy stay in the background while they own the clipboard, so their output is not awaited.
    """
    try:
        done = subprocess.run(  # noqa: S603 (a fixed program, paths as arguments of their own or as input)
            program.command,
            input=program.content,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            start_new_session=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"did not answer within {_SECONDS:g} seconds"
    except OSError as error:
        return f"cannot be run ({error.strerror})"
    return None if done.returncode == 0 else f"ended with {done.returncode}"

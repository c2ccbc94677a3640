"""Numbers as text for the user."""

_BYTE_UNITS = ("B", "kB", "MB", "GB", "TB")


def count(n: int, noun: str) -> str:
    """Return ``"1 sound"``, ``"1,204 sounds"``."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def duration(seconds: float) -> str:
    """Return ``"8 ms"``, ``"0.34 s"``, ``"12.3 s"``, ``"1:15"``, ``"1:01:40"``."""
    if 0 < seconds < 0.0995:
        return f"{max(round(seconds * 1000), 1)} ms"
    if seconds < 9.995:
        return f"{seconds:.2f} s"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def long_duration(seconds: float) -> str:
    """Return ``"12 s"``, ``"40 min"``, ``"3.2 h"``: an amount of audio."""
    if seconds < 59.5:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 3570 else f"{seconds / 3600:.1f} h"


def ago(seconds: float) -> str:
    """Return ``"now"``, ``"12 min"``, ``"3 h"``, ``"5 d"``, ``"2 y"``: how long ago something was."""
    for unit, length in (("y", 365 * 86_400), ("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{int(seconds // length)} {unit}"
    return "now"


def size(n_bytes: int) -> str:
    """Return ``"812 B"``, ``"1.2 MB"`` (decimal units, as file managers show them)."""
    value = float(n_bytes)
    for unit in _BYTE_UNITS[:-1]:
        if value < 999.5:
            return f"{value:.0f} {unit}" if unit == "B" or value >= 99.5 else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} {_BYTE_UNITS[-1]}"


def pace(n_done: float, n_total: float, seconds: float) -> str:
    """Return rate and time left after ``seconds`` of work: ``"312/s, 41.0 s left"``."""
    rate = n_done / seconds
    return f"{rate:.0f}/s, {duration((n_total - n_done) / rate)} left"


def byte_pace(n_done: float, n_total: float, seconds: float) -> str:
    """Return rate and time left as `pace` does: ``"12 MB/s, 41.0 s left"``."""
    rate = n_done / seconds
    return f"{size(int(rate))}/s, {duration((n_total - n_done) / rate)} left"


def percent(share: float) -> str:
    """Return a share of 0..1 as ``"87%"``."""
    return f"{share:.0%}"


def bpm(value: float) -> str:
    """Return ``"120"`` or ``"87.5"``: a tempo with at most one decimal."""
    return f"{round(value, 1):g}"


def bar(share: float, width: int) -> str:
    """Return a bar of eighth blocks that fills ``share`` (0..1) of ``width`` cells."""
    n_eighths = round(min(max(share, 0.0), 1.0) * width * 8)
    full, rest = divmod(n_eighths, 8)
    return "█" * full + (" ▏▎▍▌▋▊▉"[rest] if rest else "")

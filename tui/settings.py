"""The one place that reads the environment: where things lie on this machine when nothing else is said."""

import os
from pathlib import Path

import platformdirs


def default_library() -> Path:
    """Return the folder in ``EARMARK_LIBRARY``, else the system's place for a user's data."""
    chosen = os.environ.get("EARMARK_LIBRARY")
    return Path(chosen).expanduser() if chosen else platformdirs.user_data_path("earmark", appauthor=False)


def demo_folder() -> Path:
    """Return where the demo lives: the system's place for what can be deleted at any time."""
    return platformdirs.user_cache_path("earmark", appauthor=False) / "demo"

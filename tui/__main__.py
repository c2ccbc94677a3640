"""``python -m tui``: the same as ``earmark``."""

from tui.main import main

if __name__ == "__main__":
    main()

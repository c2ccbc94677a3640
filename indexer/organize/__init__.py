"""Move, copy, link and remove files of the library by a plan, with a journal and undo."""

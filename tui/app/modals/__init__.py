"""Modal dialogs; each is dismissed with its answer, or None."""

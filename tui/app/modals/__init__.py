"""Questions over a screen; each is dismissed with the answer, or None."""

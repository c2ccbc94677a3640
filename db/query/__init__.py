"""The query line, its filters and name matching."""

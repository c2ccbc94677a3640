"""The database file of a library in a folder: made, upgraded, copied, repaired."""

"""Databases, folders and playlists for other programs, kept in sync with the library."""

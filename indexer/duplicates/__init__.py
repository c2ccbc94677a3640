"""Duplicates: files of the same bytes, the same audio or the same sound, each with its proof; nothing is changed."""

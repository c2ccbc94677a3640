"""Find duplicates: files with the same bytes, the same audio or the same sound, each with a proof."""

"""Index runs, followed folders and dropped paths, without Textual."""

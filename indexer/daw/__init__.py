"""Lists and folders that other programs read, kept in step with the library."""

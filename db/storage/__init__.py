"""Where a library lies, a folder or a server: its database, its vectors, and whose turn it is to write."""

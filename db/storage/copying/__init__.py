"""Copying a library as a whole, from a folder or a server to another one."""

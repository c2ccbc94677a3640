"""Install a LAION model: download, read safely, convert, compare."""

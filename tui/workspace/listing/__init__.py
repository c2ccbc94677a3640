"""What lists and panels show: columns, details, facets, folders and counts."""

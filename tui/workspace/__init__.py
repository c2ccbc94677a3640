"""What commands and screens both work with; it neither prints nor draws."""

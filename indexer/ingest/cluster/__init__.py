"""Files decoded and embedded on other machines; one process still writes the library."""

"""Sounds out of the library: copied, linked or converted by the rules of a device, with a record and a way back."""

"""Export sounds: copy, link or convert them by the rules of a device, with a log and undo."""

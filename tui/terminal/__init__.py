"""What the commands share: options, output, progress, and the way errors leave the program."""

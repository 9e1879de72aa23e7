"""The `rounds` command. Each module parses options, makes one call, and prints; longer work is in `operations/`."""

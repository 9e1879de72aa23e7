"""The `rounds` command. A module here parses, calls one thing and prints; `operations/` does what takes more."""

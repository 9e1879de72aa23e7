"""The work of commands that make more than one call. Imported on use, so that the command starts quickly."""

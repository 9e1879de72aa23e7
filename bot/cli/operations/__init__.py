"""What the commands do that takes more than one call; imported on use, so that the command starts quickly."""

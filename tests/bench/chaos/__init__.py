"""The chaos campaign: workers that are killed, a Slack that fails in every way it has, and a count at the end."""

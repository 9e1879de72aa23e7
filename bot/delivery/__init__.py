"""The delivery engine: plan what is due, send each message exactly once, and look up uncertain ones in Slack."""

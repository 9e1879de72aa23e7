"""HTTP: what Slack sends, and what operators ask. It hands requests on; what they mean is the Slack room's to say."""

"""The attack campaign: what strangers and hostile colleagues may send, while one calm person uses Rounds."""

"""Reads lesson packs and reports every problem with its file and line. Uses no Slack, database, or clock."""

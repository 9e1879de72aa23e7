"""Reads lesson packs: every problem found, with file and line. No Slack, no database, no clock."""

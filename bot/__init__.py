"""Rounds: one management lesson a working day, in Slack. ARCHITECTURE.md shows the rooms of this house."""

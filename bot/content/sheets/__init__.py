"""Reads and writes packs as spreadsheets, one lesson per row, for people who manage training content in Excel."""

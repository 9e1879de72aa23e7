"""Packs as spreadsheets: one row a lesson, for people who own training content and live in Excel."""

"""Handlers of commands, buttons, modals, and events, by subject."""

"""What answers commands, buttons, modals, and events, by subject."""

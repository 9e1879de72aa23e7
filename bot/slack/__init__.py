"""Everything that talks to Slack: handlers, messages and modals, and the clients that send them."""

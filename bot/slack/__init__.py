"""The only room that speaks Slack: what people see and press, and how messages get there."""

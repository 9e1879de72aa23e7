"""The use cases, by subject. Each synchronous function works in one transaction, takes the time, and returns values."""

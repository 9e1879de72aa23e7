"""The use cases, by subject. Synchronous: each function works in one transaction, takes the time, returns values."""

"""The engine: what is due becomes a row, a row becomes exactly one message, and what is uncertain is looked up."""

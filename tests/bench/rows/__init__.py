"""One module a subject; each has `measure()`, which gives the rows of the table that it fills."""

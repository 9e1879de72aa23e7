"""Benchmarks: each row is measured side by side with what it is compared with, in one run (`make bench`)."""

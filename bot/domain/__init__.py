"""The rules about lessons, days, and streaks: pure values and functions without I/O, clock, or randomness."""

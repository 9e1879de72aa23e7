"""What Rounds knows about lessons, days and streaks: pure values and functions, no I/O, no clock, no chance."""

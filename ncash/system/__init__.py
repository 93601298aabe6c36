"""The machine below the program: files, locks, threads, the clock, chance."""

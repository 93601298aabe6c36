"""`ncash till` as a process: what any program that drives it may meet."""

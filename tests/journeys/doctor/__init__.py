"""`ncash doctor` and its bundle."""

"""`ncash doctor`: everything a shop works with, looked at in turn."""

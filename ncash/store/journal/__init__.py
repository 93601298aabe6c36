"""The journal of decisions, each line chained to the one before."""

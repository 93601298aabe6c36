"""`ncash check`: what is wrong with a configuration, and the mends that are certain."""

"""Plugins and the configuration they bring: found, started, called one by one, contained."""

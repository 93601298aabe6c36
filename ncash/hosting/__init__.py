"""Plugins and the configuration they bring. They are found, started, called one by one, contained."""

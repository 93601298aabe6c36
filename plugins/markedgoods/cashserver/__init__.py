"""The cash server as the plugin uses it: reservations, and what is owed when they end."""

"""Screen texts of the plugin, and what to do when one is shown."""

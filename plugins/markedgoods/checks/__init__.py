"""The checks: facts judged by the settings. Pure."""

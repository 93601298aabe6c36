"""INI files and what they say: settings as rows, values that know their places."""

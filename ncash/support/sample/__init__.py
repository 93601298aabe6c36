"""Sample shops, sample INI files, and the pages that come with the program."""

"""Files of others as they are read: encodings, fields, kinds of values, what came of a file."""

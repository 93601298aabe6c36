"""The only SQL of the till. Two SQLite files, their migrations, and what goes in and out of them."""

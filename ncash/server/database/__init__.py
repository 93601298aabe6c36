"""The database of the cash server: SQLite or PostgreSQL."""

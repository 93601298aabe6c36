"""The cash server: one state for each mark of a store or a chain. Over HTTP, on SQLite or PostgreSQL."""

"""The outbox: what the till owes the cash server."""

"""The queue: what the till owes the cash server, sent once, in order, however long the server is away."""

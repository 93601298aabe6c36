"""The queue: what the till owes the cash server, sent once and in order. However long the server is away."""

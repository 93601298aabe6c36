"""Stand-ins for the services a till talks to, over real sockets."""

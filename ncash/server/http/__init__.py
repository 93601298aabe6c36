"""The cash server over HTTP: routes, accounts at the gate, answers, what a slow client may do."""

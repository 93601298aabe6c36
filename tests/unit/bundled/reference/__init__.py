"""The decision core against a second opinion that was written from the rules alone."""

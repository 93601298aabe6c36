"""What can be proved about the masks of a configuration."""

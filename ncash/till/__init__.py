"""Floor 4: the till. The one place that changes a receipt; it reaches the world only through its ports."""

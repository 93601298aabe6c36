"""loyalty: a loyalty card at the ncash till."""

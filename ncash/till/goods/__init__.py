"""What a position comes to: the kind of its goods, its quantity, its price, its sum."""

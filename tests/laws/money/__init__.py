"""A small shop whose tills do anything in any order, and a ledger that knows nothing but arithmetic."""

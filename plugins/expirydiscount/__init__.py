"""A lower price for goods whose date of expiry is near."""

"""Books looked through, put back and put together again; what must never happen."""

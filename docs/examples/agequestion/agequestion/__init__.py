"""agequestion: a question about the buyer's age at the ncash till."""

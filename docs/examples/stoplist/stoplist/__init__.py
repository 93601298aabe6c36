"""stoplist: batches that are called back are not sold at the ncash till."""

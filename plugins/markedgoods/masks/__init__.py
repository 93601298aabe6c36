"""Category masks: what a scan is read as."""

"""The words between a till and its fiscal register."""

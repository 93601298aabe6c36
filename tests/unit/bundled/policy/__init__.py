"""What the deciding code says, word for word."""

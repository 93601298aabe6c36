"""What was heard about a code: values read out of answers, without settings."""

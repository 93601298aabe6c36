"""The judges of what plugins answer: junk is named instead of believed."""

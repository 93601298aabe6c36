"""What support asks the plugin: lint, doctor, report, rehearsal, reading."""

"""SQLite: connections, migrations, copies, locks."""

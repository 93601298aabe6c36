"""The command line: one module a command. Thin faces over the functions of the rooms below."""

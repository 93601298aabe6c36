"""The words of the trade as frozen values. Nothing here reads a file, a clock or a socket."""

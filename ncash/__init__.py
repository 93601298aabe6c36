"""ncash: an open cash-register framework that sells marked goods by the vendor's INI files."""

__version__ = "0.1.0"

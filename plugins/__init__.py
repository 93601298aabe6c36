"""Plugins that come with ncash, installed as `ncash.bundled.NAME`."""

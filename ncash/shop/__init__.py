"""A running shop: its till, databases and queue, and what it does when nobody scans."""

from ncash.model.ports import Outside as Outside

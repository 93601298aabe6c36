"""A running shop: its till, databases and queue, and what it does when nobody scans."""

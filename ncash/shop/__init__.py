"""A running shop: its till, its databases, its queue, what it does when nobody scans."""

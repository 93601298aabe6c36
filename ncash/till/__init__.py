"""The till: the one place that changes a receipt. It reaches the world only through its ports."""

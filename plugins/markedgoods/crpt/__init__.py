"""Chestny Znak (CRPT): its sites, the walk over them, one request, an emergency."""

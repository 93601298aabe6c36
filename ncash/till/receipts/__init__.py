"""The life of a receipt but for its close: opened, put aside, taken up again, returned, given up."""

"""`ncash config`: values in force with their places, and switches."""

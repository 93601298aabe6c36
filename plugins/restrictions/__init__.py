"""Who may add marked goods without their mark, by role."""

"""The till and its fiscal register: the close in two phases, shifts, slips, codes checked by the drive."""

"""`ncash explain` and `ncash replay`: why a code is sold, asked about or refused."""

"""What was promised: a job's columns, limits and policy. Pure data and its parsing; must not know how anything is measured."""

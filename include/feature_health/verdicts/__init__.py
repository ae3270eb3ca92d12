"""Judging the whole: one ruling from all findings, and the plan that follows from it. Pure."""

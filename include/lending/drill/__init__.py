"""The lender's half of the drill: its nights with and without a fault, its fault library, and the commands that play them.

Importing it loads nothing: help and the list of faults must be there at once.
"""

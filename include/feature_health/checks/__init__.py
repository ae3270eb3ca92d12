"""Judging one thing: schema diff and expectations, as functions of contract and profile. No engine, clock or database."""

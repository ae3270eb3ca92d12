"""Adapters that take measures: one package per engine. Must not know what a check makes of them."""

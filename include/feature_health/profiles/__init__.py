"""What was seen: observed schema and measurements of one candidate. Pure values; must not know how an engine takes them."""

"""Breaking things on purpose in a shadow of the platform, to see that the gate holds. Must not touch what is real."""

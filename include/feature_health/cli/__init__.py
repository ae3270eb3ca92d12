"""The `feature-health` command. One file per group of commands; each imports only what it needs, when it is called."""

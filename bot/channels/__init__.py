"""One carrier per file. Nothing here decides whether a message may leave; the gate does."""

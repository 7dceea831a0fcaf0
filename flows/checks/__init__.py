"""The checks of a flow, one subject a file; each yields what it finds and knows nothing of the others."""

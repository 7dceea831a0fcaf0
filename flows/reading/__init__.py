"""What people mean: layers from exact words to phrases to a learned doubt, one a file; a stop is looked for first."""

"""A flow as a picture: laid out and drawn here, without a browser and without anything that has to be installed."""

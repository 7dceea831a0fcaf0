"""People who are in the middle of one version of a flow, and how they may go on in another: the map and its proof."""

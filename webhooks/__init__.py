"""HTTP, thin: carrier hooks, REST, the simulator's page. Decides nothing itself."""

"""What is remembered: people, consents, conversations, messages and the ledger, in SQL; rates in Redis."""

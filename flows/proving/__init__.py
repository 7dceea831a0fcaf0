"""The proof of a flow, one property a file. Reads the flow and the setting; runs nothing and asks nobody."""

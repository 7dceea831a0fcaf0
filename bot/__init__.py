"""What happens to a person: events come in, the conversation steps, the gate decides, messages leave."""

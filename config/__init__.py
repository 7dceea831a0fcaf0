"""What an operator and a business decide: settings, secrets, business folders, rules by place."""

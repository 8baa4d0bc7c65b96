"""What a deployment would change: risks, costs and rules, in text, JSON, Markdown and HTML."""

"""Reviews plans: data at risk, costs and rules, as text, JSON, Markdown and HTML."""

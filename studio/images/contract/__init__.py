"""Images against what Studio expects of them, proven by running them as Studio does."""

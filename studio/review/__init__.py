"""What a deployment would change, in words and in a picture, and what of it would lose data."""

"""What the commands do, in layers; each imports only from those below it."""

"""The client's side of a connection: files under ~/.ssh, keys, sessions, proof, VS Code."""

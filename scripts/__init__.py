"""The command line: what needs hands beside Terraform. One file a subcommand."""

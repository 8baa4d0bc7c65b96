"""Taking a deployment down: what there is of it on AWS, found by its ids and tags, and deleted."""

"""One session, one way to call AWS, and a module for each kind of resource."""

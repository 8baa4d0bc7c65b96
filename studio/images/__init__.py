"""Container images: built, checked, pushed, recorded as versions."""

"""Progress, questions, tables, and the live view."""

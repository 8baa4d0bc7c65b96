"""What a person sees and answers: messages, questions, progress, tables."""

"""What roles and people need in IAM for each feature, as statements that carry their reason.

Plain functions of plain values: stacks deploy the statements, and `studio` compares them with the
roles that somebody else made.
"""

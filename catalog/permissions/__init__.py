"""The IAM statements of roles and users for each feature, with their reasons.

Stacks deploy the statements, and `studio` compares them with existing roles.
"""

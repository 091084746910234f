"""The question about a project: target, roles, parameters, and the design that methods are given."""

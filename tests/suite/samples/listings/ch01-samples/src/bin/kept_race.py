"""A sample."""

print("full")

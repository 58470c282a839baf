"""What long lists share: filters kept under a name, and changing many rows at once."""

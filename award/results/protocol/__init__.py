"""The protocol of a round, gathered from the store, and its signatures."""

"""What everybody and each team may see of results once the embargo is over."""

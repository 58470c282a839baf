"""Tables from elsewhere: sent by an organiser, matched column by column, imported whole."""

"""Files of an entry: taken in whole or in pieces, looked into, and sent without their makers."""

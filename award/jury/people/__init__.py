"""Who is on the jury: invited one by one or from a table, and what jurors say of themselves."""

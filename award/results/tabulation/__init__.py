"""Tabulation: frozen computations, how numbers came about, warnings while judging runs."""

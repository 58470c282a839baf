"""How a season is judged: its rounds, their rubrics, and what freezes when."""

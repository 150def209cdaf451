"""A lake: what it costs, what readers and trainers of it see, and what is said where it is gone."""

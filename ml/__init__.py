"""What the Python models share: splits, training, statistics, explanations, publishing."""

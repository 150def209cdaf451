"""Models of labelled rows: splits, scores, trees, forecasts, baselines, statistics."""

"""A notebook of each model, from the published file. `make notebooks` writes them as HTML."""

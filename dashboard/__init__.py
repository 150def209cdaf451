"""The dashboard: a Streamlit app over the published file. `make dashboard` starts it."""

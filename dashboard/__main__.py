"""`python -m dashboard`: start the dashboard, or say what is missing."""

import sys
from pathlib import Path

from streamlit.web import cli

from dashboard.pointers import PublicationError, find_publications


def main() -> None:
    """Start Streamlit with the arguments given, such as `--server.port 8502`."""
    try:
        find_publications()
    except PublicationError as error:
        sys.exit(str(error))
    app = Path(__file__).with_name("app.py")
    cli.main(["run", str(app), *sys.argv[1:]], prog_name="streamlit")


main()

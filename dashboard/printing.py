"""Pages on paper: what is only for the screen goes, what is cut off by scrolling comes."""

import streamlit as st

# Charts and tables stay as they are drawn on the screen, for a print waits for no new ones: the
# page is scaled as a whole.
PAPER = """
<style>
@media print {
  @page { size: A4; margin: 9mm; }
  html, body, .stApp, [data-testid=stAppViewContainer], .stMain, [data-testid=stMain] {
    position: static !important; height: auto !important; overflow: visible !important;
    background: white !important;
  }
  [data-testid=stSidebar], [data-testid=stHeader], [data-testid=stToolbar],
  [data-testid=stElementToolbar], [data-testid=stDownloadButton], [data-testid=stSelectbox],
  [data-testid=stDateInput], [data-testid=stMultiSelect], [data-testid=stSlider],
  [data-testid=stButtonGroup], [data-testid=stExpander], [data-testid=stTooltipIcon],
  [data-testid=stCode], h1,
  [class*=st-key-screen_only] { display: none !important; }
  [data-testid=stHorizontalBlock] {
    display: flex !important; flex-wrap: nowrap !important; gap: 1rem !important;
  }
  [data-testid=stColumn] { min-width: 0 !important; }
  [data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg {
    max-width: 100% !important; height: auto !important;
  }
  .stMainBlockContainer { padding: 0 !important; max-width: none !important; zoom: 0.54; }
  [data-testid=stVerticalBlock] { gap: 0.5rem !important; }
  [data-testid=stVegaLiteChart], [data-testid=stDataFrame], [data-testid=stMetric] {
    break-inside: avoid;
  }
  h2, h3 { break-after: avoid; padding: 0.5rem 0 0 !important; }
}
</style>
"""


def print_on_paper() -> None:
    """Have the page printed as a tear sheet: call it once on a page."""
    st.html(PAPER)

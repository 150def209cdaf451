"""Pages on paper: what is only for the screen goes, what is cut off by scrolling comes."""

import streamlit as st

# A4 with charts as they are on the screen: narrower ones would be drawn anew, which no print waits
# for. So the page is scaled as a whole.
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
  [class*=st-key-screen_only] { display: none !important; }
  .stMainBlockContainer { padding: 0 !important; max-width: none !important; zoom: 0.6; }
  [data-testid=stVerticalBlock] { gap: 0.5rem !important; }
  [data-testid=stVegaLiteChart], [data-testid=stDataFrame], [data-testid=stMetric] {
    break-inside: avoid;
  }
  h2, h3 { break-after: avoid; }
}
</style>
"""


def print_on_paper() -> None:
    """Have the page printed as a tear sheet: call it once on a page."""
    st.html(PAPER)

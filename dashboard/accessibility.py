"""What Streamlit leaves to do for WCAG AA: contrast, and tables for whoever has no mouse."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

# Streamlit fades captions and shortcuts, writes white on the primary colour in both themes, colours
# code for one theme, and does not show that Tab has come to a table. Charts know one quiet colour
# for both themes: as text it needs two. `light-dark` follows the theme that was chosen, for
# Streamlit sets the colour scheme with it.
CONTRAST = """
<style>
[data-testid=stCaptionContainer] {
  opacity: 1; color: color-mix(in srgb, currentColor 75%, transparent);
}
[data-tag], [data-tag] *, [data-testid=stBaseButton-primary],
[data-testid=stBaseButton-primary] *, [role=gridcell] [data-selected=true] {
  color: light-dark(#fff, #12161c) !important;
}
[data-testid^=stBaseButton] kbd { color: inherit; opacity: 1; }
[data-testid=stDataFrame]:has(:focus-visible) {
  outline: 2px solid light-dark(#2a5f94, #8dbdea); outline-offset: 2px;
}
[data-testid=stCode] .token.token { color: inherit; }
[data-testid=stCode] .token.token.string { color: light-dark(#17652f, #7fd49a); }
[data-testid=stCode] .token.token.keyword, [data-testid=stCode] .token.token.function {
  color: light-dark(#2a5f94, #8dbdea);
}
[data-testid=stVegaLiteChart] svg text[fill="#8794a5"] { fill: light-dark(#5b6776, #9aa7b7); }
</style>
"""
# Streamlit's table keeps Tab to itself once a cell is chosen. Without it, the browser goes to the
# next control, as it should from a grid; arrows go from cell to cell.
LEAVE_TABLES = """
<script>
if (!window.tabLeavesTables) {
  window.tabLeavesTables = true;
  window.addEventListener("keydown", (event) => {
    if (event.key === "Tab" && event.target.closest?.("[data-testid=stDataFrame]")) {
      event.stopImmediatePropagation();
    }
  }, true);
}
</script>
"""
# What stays: the horizon, which is part of what is shown, and how much is left.
FOLDED = """
<style>
.st-key-show_filters { display: none; }
@media (max-width: 640px) {
  .st-key-show_filters { display: block; }
  body:not(:has(.st-key-show_filters input:checked)) .st-key-filters
    [data-testid=stColumn]:not(:has(.st-key-horizon, [data-testid=stMetric])) { display: none; }
}
</style>
"""


def make_accessible() -> None:
    """Colours that can be read, and tables that Tab leaves: call it once a run."""
    st.html(CONTRAST)
    st.html(LEAVE_TABLES, unsafe_allow_javascript=True)


@contextmanager
def folded_on_phones() -> Iterator[None]:
    """Columns of filters within, which a phone shows when asked to: use it once on a page."""
    st.html(FOLDED)
    st.toggle("Show filters", key="show_filters")
    with st.container(key="filters"):
        yield

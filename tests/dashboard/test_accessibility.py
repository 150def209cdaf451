"""WCAG AA as axe checks it, and what only a keyboard or a small screen shows."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Page

from tests.dashboard.conftest import VIEWS, settle

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
PAGES = sorted(view.stem for view in VIEWS.glob("*.py"))
# Between them, all that pages are made of.
OFTEN = ["holdings", "models", "start", "stock_picker", "ticker"]
SHORT = list(product([1400, 390], ["light", "dark"]))
WHOLE = list(product([390, 1024, 1400], ["light", "dark"]))
# Streamlit's own, which a page cannot change: rule and where. The navigation has a list whose
# sections are no list items; a wide table scrolls within itself, and browsers let the keyboard
# reach it then, though it is not marked so.
EXCLUDED = {
    "list": "[data-testid=stSidebarNavItems]",
    "listitem": "[data-testid=stSidebarNavItems] li",
    "scrollable-region-focusable": "[data-testid=stTable] *",
}
VIOLATIONS = """
async ([tags, excluded]) => {
  const { violations } = await axe.run(document, {
    runOnly: { type: "tag", values: tags }, resultTypes: ["violations"], elementRef: true,
  });
  return violations.flatMap(({ id, nodes }) => nodes
    .filter(({ element }) => !(id in excluded && element.matches(excluded[id])))
    .map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`));
}
"""
SILENT = """
() => [...document.querySelectorAll("[data-testid=stVegaLiteChart]")]
  .filter((chart) => !chart.getAttribute("aria-label"))
  .map((chart) => chart.innerHTML.slice(0, 200))
"""
# What focus may change, of the control and of what it stands in.
FOCUS = """
window.focused = () => {
  let at = document.activeElement;
  while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at;
};
window.look = (element) => {
  const looks = [];
  for (let at = element; at && looks.length < 9; at = at.parentElement) {
    looks.push([null, "::before", "::after"].map((part) => {
      const { outline, boxShadow, borderColor, backgroundColor, color, textDecoration, opacity } =
        getComputedStyle(at, part);
      return [outline, boxShadow, borderColor, backgroundColor, color, textDecoration, opacity];
    }).join());
  }
  return looks.join();
};
window.walked = [];
"""
# Whether to go on: not where Tab has left the page, or has come back. Streamlit's blocks of code
# have a stop of their own that browsers do not tell.
STEP = """
() => {
  const at = focused();
  if (at === document.body) return (window.untold = !window.untold);
  if (walked.some(([element]) => element === at)) return false;
  window.untold = false;
  walked.push([at, look(at)]);
  return true;
}
"""
LOST = """
() => {
  const left = focused();
  left.blur();
  const lost = left === document.body || left === walked[0][0] ? [] : [["keeps Tab", left]];
  walked.forEach(([element, looked], place) => {
    if (looked === look(element)) lost.push(["looks the same with focus", element]);
    const before = walked[place - 1]?.[0];
    if (before && before.getRootNode() === element.getRootNode()
        && before.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING)
      lost.push(["comes too late", element]);
  });
  document.querySelectorAll(
    "[data-testid=stMain] :is(a[href], button, input, textarea, [tabindex='0'])"
  ).forEach((element) => {
    const isThere = element.checkVisibility({ visibilityProperty: true }) && !element.disabled;
    // Of a group of radio buttons Tab comes to the chosen one.
    if (isThere && element.tabIndex >= 0 && element.role !== "radio" && element.type !== "radio"
        && !walked.some(([other]) => other === element))
      lost.push(["is never reached", element]);
  });
  return lost.map(([fault, { outerHTML }]) => `${fault}: ${outerHTML.slice(0, 200)}`);
}
"""


@pytest.fixture
def opened(browser, server, request) -> Iterator[Page]:
    """A page of the width and theme that the test names."""
    width, theme = request.param
    context = browser.new_context(
        base_url=server, viewport={"width": width, "height": 900}, color_scheme=theme
    )
    page = context.new_page()
    page.set_default_timeout(30_000)
    yield page
    context.close()


def violations(page: Page, name: str) -> list[str]:
    """What axe finds on a page of the dashboard."""
    page.goto("/" if name == "start" else f"/{name}")
    settle(page)
    if name == "holdings":
        page.get_by_role("button", name="best forecasts").click()
        page.get_by_test_id("stMetric").first.wait_for()
        settle(page)
    # What axe must see is drawn after the script has run.
    page.wait_for_function(
        "[...document.querySelectorAll('[data-testid=stVegaLiteChart]')]"
        ".every(chart => chart.querySelector('svg, canvas'))"
        "&& [...document.querySelectorAll('[data-testid=stCode] code')]"
        ".every(code => code.querySelector('span'))"
        # Streamlit fades in what it has drawn.
        "&& document.getAnimations().every(each => each.playState !== 'running')"
    )
    page.evaluate(AXE.read_text())
    return page.evaluate(VIOLATIONS, [TAGS, EXCLUDED])


def lost_focus(page: Page) -> list[str]:
    """Where Tab goes astray from the top of a page to its end, or nobody sees where it is."""
    page.add_style_tag(content="*, ::before, ::after { transition: none !important; }")
    page.evaluate(FOCUS)
    # The next Tab goes on from where the last click was, unless something else had focus since.
    page.evaluate("document.body.tabIndex = -1, document.body.focus()")
    page.evaluate("document.body.removeAttribute('tabindex')")
    page.keyboard.press("Tab")
    while page.evaluate(STEP):
        page.keyboard.press("Tab")
    return page.evaluate(LOST)


@pytest.mark.parametrize(
    ("name", "opened"),
    [(name, SHORT[number % len(SHORT)]) for number, name in enumerate(OFTEN)],
    indirect=["opened"],
)
def test_axe_finds_nothing_charts_speak_and_the_keyboard_gets_everywhere(opened, name):
    assert violations(opened, name) == []
    assert opened.evaluate(SILENT) == []
    assert lost_focus(opened) == []


@pytest.mark.slow
@pytest.mark.parametrize("opened", WHOLE, indirect=True)
@pytest.mark.parametrize("name", PAGES)
def test_nobody_is_left_out_at_any_width_in_any_theme(opened, name):
    assert violations(opened, name) == []
    assert opened.evaluate(SILENT) == []
    assert lost_focus(opened) == []


def test_tab_leaves_a_table_and_arrows_do_not(page):
    page.goto("/stock_picker")
    settle(page)
    table = page.get_by_test_id("stDataFrame").first
    table.locator("canvas").first.wait_for()
    page.wait_for_timeout(300)  # the grid takes its size after it is there
    box = table.bounding_box()
    page.mouse.click(box["x"] + 250, box["y"] + 52)
    page.wait_for_function("document.activeElement.id.startsWith('glide-cell')")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+Space")
    page.wait_for_url("**selected=**")
    settle(page)
    for _ in range(3):
        page.keyboard.press("Tab")
    assert page.evaluate("!document.activeElement.closest('[data-testid=stDataFrame]')")
    assert page.evaluate("document.activeElement !== document.body")


@pytest.mark.parametrize("opened", [(390, "light")], indirect=True)
@pytest.mark.parametrize(
    ("name", "filtered"), [("stock_picker?rank=6", "Ticker or name"), ("compare", "Prices since")]
)
def test_a_phone_folds_filters_and_shows_them_by_keyboard(opened, name, filtered):
    opened.goto(f"/{name}")
    settle(opened)
    hidden = opened.get_by_text(filtered, exact=True).first
    hidden.wait_for(state="attached")
    assert not hidden.is_visible()
    if "rank" in name:
        assert "6 of" in opened.get_by_test_id("stMetric").inner_text()
    opened.get_by_label("Show filters").focus()
    opened.keyboard.press("Space")
    hidden.wait_for(state="visible")
    opened.set_viewport_size({"width": 1400, "height": 900})
    opened.get_by_text("Show filters").wait_for(state="hidden")
    assert hidden.is_visible()

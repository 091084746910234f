"""The table of runs, the trade-off, and the one selection that both and the filter set."""

import csv
import re

import pytest

from tests.browser.panel_page import IN_LIGHT

CHECKED = """() => [...document.querySelectorAll('#runs-table .ag-row')]
    .filter((row) => row.querySelector('.ag-selection-checkbox input:checked'))
    .map((row) => row.getAttribute('row-id')).sort()"""
SELECTED = """() => { const { selected } = sweeplens.display;
    return typeof selected === 'string' ? Number(selected.split('-')[0]) : (selected || []).length }"""


def table_of(panel):
    panel.go("All runs")
    panel.page.locator("#runs-table .run-name").first.wait_for()
    return panel


def box(panel, row: int):
    return panel.page.locator(f'#runs-table .ag-row[row-index="{row}"] .ag-selection-checkbox')


def words(panel, text: str) -> None:
    panel.expect(".runs-words").to_contain_text(text)


@IN_LIGHT
def test_checked_rows_are_the_selection_and_importance_of_them_survives_a_reload(panel):
    table_of(panel)
    box(panel, 0).click()
    panel.expect(".selection-chip").to_contain_text("1 selected run")
    panel.page.evaluate("dash_ag_grid.getApi('runs-table').ensureIndexVisible(45)")
    box(panel, 39).click(modifiers=["Shift"])
    panel.expect(".selection-chip").to_contain_text("40 selected runs")
    panel.page.locator('#runs-table .ag-row[row-index="39"] [col-id="run.state"]').click()
    panel.page.keyboard.press("Space")
    panel.expect(".selection-chip").to_contain_text("39 selected runs")
    before = panel.page.evaluate("sweeplens.shown.record.surrogate.runs")
    panel.go("Overview")
    with panel.asking():
        panel.page.get_by_text("Compute importance on these runs only").click()
    assert (before, panel.page.evaluate("sweeplens.shown.record.surrogate.runs")) == (758, 39)
    assert panel.address["picks"][0].startswith("39-"), "many travel as a fingerprint"
    table_of(panel).settle()
    panel.page.reload()
    panel.page.locator("#runs-table .run-name").first.wait_for()
    panel.page.wait_for_function(f"({CHECKED})().length > 5")
    seen = panel.page.evaluate(CHECKED)
    assert len(seen) == panel.page.locator("#runs-table .ag-pinned-left-cols-container .ag-row").count(), (
        "those in sight"
    )
    panel.page.get_by_role("button", name="Select no runs").click()
    panel.page.wait_for_function(f"({CHECKED})().length === 0")


@IN_LIGHT
def test_all_that_match_a_filter_are_selected_at_once_and_saved_as_csv(panel):
    table_of(panel)
    words(panel, "800 runs, 42 of them left out of the analysis; the best first.")
    panel.page.locator('#runs-table .ag-header-cell[col-id="left out"]').hover()
    panel.page.locator('#runs-table .ag-header-cell[col-id="left out"] .ag-header-cell-filter-button').click()
    panel.page.get_by_label("Filter Value").first.fill("FAIL")
    words(panel, "36 of 800 runs")
    panel.page.keyboard.press("Escape")
    panel.page.get_by_role("button", name="Select all 36").click()
    panel.expect(".selection-chip").to_contain_text("36 selected runs")
    with panel.page.expect_download() as saved:
        panel.page.get_by_role("button", name="Save as CSV: all runs").click()
    lines = list(csv.DictReader(saved.value.path().read_text(encoding="utf-8-sig").splitlines()))
    assert {line["left out"] for line in lines} == {"failed"}
    assert len(lines) == 36
    panel.page.get_by_role("button", name="Remove the filter left out").click()
    words(panel, "800 runs, 42")
    panel.page.get_by_text("Only selected").click()
    words(panel, "36 of 800 runs")
    assert panel.options("runs") == {"only": True}


@IN_LIGHT
def test_columns_are_chosen_sorted_and_pinned_and_a_name_opens_the_run(panel):
    table_of(panel)
    panel.page.locator(
        '#runs-table .ag-header-cell[col-id="optimizer.lr"], [col-id="config.optimizer.lr"]'
    ).first.click()
    panel.page.wait_for_function("() => (sweeplens.getOptions('runs').sort || []).length")
    panel.page.locator(".column-chooser summary").click()
    panel.page.get_by_label("Search the columns of the table").fill("name")
    panel.page.get_by_role("checkbox", name="optimizer.name").uncheck()
    panel.page.get_by_label("Search the columns of the table").fill("lr")
    panel.page.get_by_label("Pin optimizer.lr").select_option("right")
    panel.page.keyboard.press("Escape")
    kept = panel.options("runs")
    assert kept["sort"] == [["config.optimizer.lr", "asc"]]
    assert "config.optimizer.name" not in kept["columns"]
    panel.page.reload()
    cell = '#runs-table .ag-pinned-right-cols-container .ag-row[row-index="0"] [col-id="config.optimizer.lr"]'
    panel.expect(cell).to_have_text(re.compile(r"\d"))  # the rows come after the frame of the table
    first = panel.text(cell)
    smallest = panel.page.evaluate("sweeplens.shown.facts.get('optimizer.lr').value_range").split()[0]
    assert float(first.replace("−", "-")) == pytest.approx(float(smallest), rel=0.01)
    assert panel.page.locator('#runs-table [col-id="config.optimizer.name"]').count() == 0
    name = panel.page.locator("#runs-table .run-name").first
    run = panel.page.locator('#runs-table .ag-pinned-left-cols-container .ag-row[row-index="0"]').get_attribute(
        "row-id"
    )
    name.click()
    assert panel.page.evaluate("sweeplens.display.run") == run


@pytest.fixture
def plot(panel):
    """The trade-off, painted: where its plot lies on the page, and the runs within a part of it."""
    panel.go("Trade-off")
    panel.page.locator(".chart[data-drawn]").wait_for()
    panel.page.evaluate("document.querySelector('.chart').scrollIntoView({ block: 'center' })")
    return panel.page.locator(".chart .nsewdrag").bounding_box()


INSIDE = """([left, right, top, bottom]) => {
    const plot = document.querySelector('.chart');
    const { xaxis, yaxis } = plot._fullLayout;
    return plot.data.filter((t) => t.mode === 'markers').flatMap((t) => t.x.flatMap((x, i) => {
        const [a, b] = [xaxis.d2p(x) / xaxis._length, yaxis.d2p(t.y[i]) / yaxis._length];
        return a > left && a < right && b > top && b < bottom ? [t.customdata[i][0]] : [];
    })).sort() }"""


def drag(panel, area, *corners):
    """Drag along corners, given as shares of the plot."""
    places = [(area["x"] + a * area["width"], area["y"] + b * area["height"]) for a, b in corners]
    panel.page.mouse.move(*places[0])
    panel.page.mouse.down()
    for place in places[1:]:
        panel.page.mouse.move(*place, steps=4)
    panel.page.mouse.up()


@IN_LIGHT
def test_lasso_and_box_select_the_runs_inside_and_a_button_the_front(panel, plot):
    drag(panel, plot, (0.3, 0.55), (0.6, 0.55), (0.6, 0.75), (0.3, 0.75), (0.3, 0.56))
    panel.page.locator(".selection-chip").wait_for()
    expected = panel.page.evaluate(INSIDE, [0.3, 0.6, 0.55, 0.75])
    assert abs(panel.page.evaluate(SELECTED) - len(expected)) <= 2, "the pointer moves by whole pixels"
    assert len(expected) > 30
    marked = "document.querySelector('.chart').data.reduce((n, t) => n + (t.selectedpoints || []).length, 0)"
    panel.page.wait_for_function(f"() => sweeplens.getSelected() && {marked} === sweeplens.getSelected().size")
    panel.page.get_by_label("Select with").select_option("select")
    panel.page.locator(".chart[data-drawn]").wait_for()
    panel.settle()
    area = panel.page.locator(".chart .nsewdrag").bounding_box()
    corner = [0.02, 0.3, 0.6, 0.98]
    few = panel.page.evaluate(INSIDE, corner)
    before = panel.page.evaluate("JSON.stringify(sweeplens.display.selected)")
    drag(panel, area, (corner[0], corner[2]), (corner[1], corner[3]))
    panel.page.wait_for_function("(before) => JSON.stringify(sweeplens.display.selected) !== before", arg=before)
    assert abs(panel.page.evaluate(SELECTED) - len(few)) <= 2
    panel.page.get_by_role("button", name="Select the front").click()
    panel.expect(".selection-chip").to_contain_text("6 selected runs")
    assert len(panel.page.locator(".tab-table tbody tr").all()) == 6
    table_of(panel)
    panel.page.get_by_text("Only selected").click()
    words(panel, "6 of 800 runs")


@IN_LIGHT
def test_the_runs_of_a_filter_become_the_selection_without_being_filtered(panel):
    used = panel.text("#runs-used")
    panel.page.locator("#add-filter").click()
    panel.page.locator("#filter-column").fill("optimizer.name")
    panel.page.get_by_role("option", name="optimizer.name").first.click()
    panel.page.locator("#filter-values").click()
    panel.page.get_by_role("option", name="adam").first.click()
    panel.page.keyboard.press("Tab")
    panel.page.get_by_role("button", name="Select these runs").click()
    panel.page.locator(".selection-chip").wait_for()
    assert panel.text("#runs-used") == used
    size = panel.page.evaluate(SELECTED)
    assert 100 < size < 758
    assert panel.page.evaluate("sweeplens.question.selection.filters.length") == 0

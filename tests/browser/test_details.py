"""The card of a parameter or a pair: opened from anywhere, in the address, with its figures, closed without a trace."""

from __future__ import annotations

from .panel_page import IN_LIGHT, LONG


def traces(panel, graph):
    return panel.page.evaluate(
        "(id) => document.querySelector(`#${id} .js-plotly-plot`).data.map((t) => t.name)", graph
    )


def open_card(panel, name):
    panel.page.locator("#table button.parameter-name", has_text=name).first.click()
    panel.page.locator("#detail-curve .main-svg").first.wait_for(timeout=LONG)


def title(panel):
    return panel.page.locator("#detail-title").inner_text()


def hovered(panel, graph):
    """Wait until Plotly has seen the pointer on a point: it knows a click only there."""
    panel.page.wait_for_function("(id) => document.querySelector(`#${id} .js-plotly-plot`)._hoverdata", arg=graph)


@IN_LIGHT  # the card in dark is that of test_colours_follow_the_theme
def test_a_parameters_card(panel, answer):
    open_card(panel, "optimizer.lr")
    assert title(panel) == "optimizer.lr"
    head = panel.text("#detail-head")
    assert "Real number" in head and "declared by the search space" in head
    own = next(c for c in answer["correlation"] if c["parameter"] == "optimizer.lr" and not c["value"])
    assert f"+{own['correlation']:.2f}" in head
    assert traces(panel, "detail-curve") == ["runs", "single configs", "band", "predicted"]
    assert traces(panel, "detail-distribution") == ["runs"]
    first = panel.page.locator("#detail-foot tbody tr").first
    assert first.inner_text().split("\t")[:2] == ["random forest", f"{answer['importance'][0]['importance']:.2f}"]
    rows = panel.page.locator("#detail-foot section").first.locator("tbody tr").all_inner_texts()
    assert [row.split("	")[0] for row in rows][1:3] == ["permutation", "functional ANOVA"]
    assert len(rows) == 7
    panel.page.wait_for_function("() => location.hash.includes('detail=optimizer.lr')")
    panel.page.keyboard.press("Escape")
    panel.page.wait_for_function("() => !location.hash.includes('detail=')")
    panel.expect("#detail-title").not_to_be_visible()


@IN_LIGHT
def test_another_name_opens_another_card_and_the_page_stays_in_use(panel):
    open_card(panel, "optimizer.lr")
    panel.page.locator("#manager li", has_text="model.activation").locator(".name").click()
    panel.expect("#detail-title").to_have_text("model.activation")
    panel.expect("#detail-foot").to_contain_text("Correlation by value", timeout=LONG)
    panel.expect("#detail-foot").to_contain_text("logistic")
    panel.page.locator("#manager li", has_text="run_name").locator(".name").click()
    panel.expect("#detail-head").to_contain_text("not in the model")
    panel.expect("#detail-curve").not_to_be_visible()


@IN_LIGHT
def test_a_click_on_a_bar_opens_the_card(panel):
    bar = panel.page.locator("#bars .bars .point path").first
    bar.wait_for(timeout=LONG)
    box = bar.bounding_box()
    panel.page.mouse.move(box["x"] + 4, box["y"] + box["height"] / 2)
    hovered(panel, "bars")
    panel.page.mouse.click(box["x"] + 4, box["y"] + box["height"] / 2)
    panel.expect("#detail-title").to_have_text("optimizer.lr")


def test_a_pair_has_a_surface_with_the_runs_on_it(panel):
    panel.go("Interactions")
    cell = panel.page.locator("#tab-place td.heat .opener").first
    cell.wait_for(timeout=LONG)
    cell.click()
    panel.page.locator("#detail-surface .main-svg").first.wait_for(timeout=LONG)
    assert traces(panel, "detail-surface") == ["predicted", "runs"]
    assert " × " in title(panel)
    panel.expect("#detail-curve-2").to_be_visible()
    panel.expect("#detail-foot").to_contain_text("beyond what each does alone")
    names = panel.address["detail"]
    assert len(names) == 2
    panel.page.locator("#detail-foot .opener").first.click()
    panel.expect("#detail-title").to_have_text(names[0])


@IN_LIGHT
def test_a_card_is_in_the_address_and_changes_with_the_question(panel):
    open_card(panel, "optimizer.lr")
    panel.page.wait_for_function("() => location.hash.includes('detail=')")
    panel.page.reload()
    panel.page.locator("#detail-curve .main-svg").first.wait_for(timeout=LONG)
    assert title(panel) == "optimizer.lr"
    panel.page.locator("#metric").click()
    panel.page.get_by_role("option", name="val_accuracy", exact=True).click()
    panel.page.wait_for_function(
        "() => document.querySelector('#detail-curve .js-plotly-plot')?.layout?.yaxis?.title?.text === 'val_accuracy'",
        timeout=LONG,
    )


def test_colours_follow_the_theme(panel):
    open_card(panel, "optimizer.lr")
    colour = "() => document.querySelector('#detail-curve .js-plotly-plot').data[3].line.color"
    light = panel.page.evaluate(colour)
    panel.page.keyboard.press("Escape")
    panel.page.locator("#theme").click()
    open_card(panel, "optimizer.lr")
    panel.page.wait_for_function(f"() => ({colour})() !== {light!r}")


@IN_LIGHT
def test_names_in_a_card_are_never_markup(panel, tmp_path):
    table = tmp_path / "hostile.csv"
    rows = "\n".join(f"{i / 40},{'xy'[i % 2]}<u>v</u>,{(i * 13 % 40) / 40 + i / 40}" for i in range(40))
    table.write_text(f"<u>lr</u>,<u>kind</u>,val_loss\n{rows}\n")
    panel.open(table)
    panel.expect("[role=option]:visible").to_have_count(0)  # the list of sources is closed again
    open_card(panel, "<u>kind</u>")
    panel.expect("#detail-foot").to_contain_text("x<u>v</u>", timeout=LONG)
    assert panel.page.locator(".mantine-Drawer-content u").count() == 0
    assert panel.page.locator("#detail-curve .xtick", has_text="<u>v</u>").count() == 2


@IN_LIGHT
def test_a_run_is_explained_by_a_click_on_its_point(panel):
    open_card(panel, "model.dropout")
    panel.settle()  # the card has slid in
    point = panel.page.locator("#detail-curve .scatterlayer .trace").first.locator("path.point").nth(40)
    box = point.bounding_box()
    panel.page.mouse.move(box["x"] + 2, box["y"] + 2)
    hovered(panel, "detail-curve")
    panel.page.mouse.click(box["x"] + 2, box["y"] + 2)
    panel.expect("#detail-explanation").to_contain_text("trees that had not seen", timeout=LONG)
    assert panel.page.locator("#detail-explanation tbody tr").count() == 10
    panel.page.keyboard.press("Escape")
    panel.page.wait_for_function("() => !location.hash.includes('detail=')")
    open_card(panel, "model.dropout")
    assert panel.text("#detail-explanation") == ""

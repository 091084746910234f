"""The parameter manager: eye, wand, search, sorting, keyboard, hover."""

from __future__ import annotations

import pytest

from .panel_page import IN_LIGHT

MODELLED = [
    "optimizer.lr",
    "optimizer.name",
    "model.activation",
    "model.dropout",
    "model.hidden_sizes",
    "optimizer.weight_decay",
    "data.pca",
    "optimizer.momentum",
    "epochs",
    "batch_size",
    "data.num_workers",
    "data.standardize",
]


@IN_LIGHT
def test_what_cannot_matter_is_hidden_at_first_and_says_why(panel):
    assert panel.listed(False) == ["dataset", "seed", "lr", "run_name", "out_dir"]
    assert panel.reason("dataset") == "constant: always digits"
    assert panel.reason("seed").startswith("seed: 5 values")
    assert panel.reason("lr").startswith("alias of optimizer.lr")
    assert panel.reason("run_name").startswith("identifier")
    assert panel.reason("out_dir").startswith("path")
    assert panel.text("#manager-count") == "12 of 17"


@IN_LIGHT
def test_the_eye_hides_and_shows(panel):
    panel.eye("epochs")
    assert "epochs" not in panel.parameters()
    assert "epochs" not in panel.bars()
    assert "epochs" in panel.listed(False)
    assert "epochs" in panel.address["hide"]
    assert panel.text("#manager-count") == "11 of 17"
    panel.eye("epochs")
    assert "epochs" in panel.parameters()
    assert "epochs" in panel.bars()


@IN_LIGHT
def test_hide_all_and_show_all(panel):
    panel.page.get_by_role("button", name="hide all").click()
    panel.settle()
    assert panel.rows() == []
    assert panel.bars() == []
    assert panel.text("#bars-summary") == ""
    assert "All parameters are hidden" in panel.text("#table")
    panel.page.get_by_role("button", name="show all").click()
    panel.settle()
    assert len(panel.listed(True)) == 17
    assert panel.cell("run_name", "importance").startswith("identifier")
    assert "run_name" not in panel.bars()


@IN_LIGHT
def test_the_wand_hides_what_is_not_clear_and_undoes_its_own_changes(panel, answer):
    unclear = {row["parameter"] for row in answer["importance"] if not row["clear"]} - {"dataset"}
    unclear -= set(answer["decide_failures"])  # see below
    assert unclear
    panel.eye("optimizer.name")  # the user's own change, which the wand leaves alone
    panel.page.locator("#wand").click()
    panel.expect("#wand").to_have_text("Undo wand")
    panel.settle()
    assert set(panel.listed(True)) == set(MODELLED) - unclear - {"optimizer.name"}
    assert all(panel.reason(name) == "no clear effect" for name in unclear)
    shown = sorted(unclear)[0]
    panel.eye(shown)
    panel.page.locator("#wand").click()
    panel.expect("#wand").to_have_text("Wand")
    panel.settle()
    assert set(panel.listed(True)) == set(MODELLED) - {"optimizer.name"}


@IN_LIGHT
def test_search_plain_and_regex(panel):
    panel.search("OPTIM")
    assert panel.listed(True) == ["optimizer.lr", "optimizer.name", "optimizer.weight_decay", "optimizer.momentum"]
    assert len(panel.parameters()) == 12  # the search is for the list; the table stays
    panel.search("/^(lr|seed)$/")
    assert panel.listed(False) == ["seed", "lr"]
    assert panel.listed(True) == []
    panel.page.get_by_role("button", name="show found").click()
    panel.settle()
    assert panel.listed(True) == ["seed", "lr"]
    panel.search("/(/")
    assert panel.text(".search-error").startswith("Not a regular expression")
    panel.search("nothing like it")
    assert panel.text(".search-error") == "No parameter matches."


@IN_LIGHT
@pytest.mark.parametrize("label", ["Name", "Source", "|Corr.|", "Importance"])
def test_sorting_the_manager_sorts_all(panel, label):
    panel.sort("Name" if label == "Importance" else "Importance")
    panel.sort(label)
    order = panel.parameters()
    assert panel.bars() == order == panel.listed(True)
    if label == "Name":
        assert order == sorted(order)
    elif label == "Source":
        assert order[:4] == ["optimizer.name", "optimizer.lr", "optimizer.weight_decay", "optimizer.momentum"]
    elif label == "Importance":
        assert panel.bar("importance") == sorted(panel.bar("importance"), reverse=True)
    sort = {"Name": "name", "Source": "source", "|Corr.|": "correlation"}.get(label)
    assert panel.address.get("sort") == ([sort] if sort else None)


@IN_LIGHT
def test_a_parameter_is_described_on_hover(panel):
    panel.page.locator('#manager li[data-name="optimizer.momentum"]').hover()
    panel.expect(".tip.on").to_contain_text("optimizer.momentum")
    tip = panel.text(".tip.on")
    assert "Real number" in tip
    assert "Only where optimizer.name is sgd" in tip
    assert "Recorded in 258 of 764 runs" in tip
    assert "Linear scale" in tip


@IN_LIGHT
def test_the_keyboard(panel):
    panel.page.keyboard.press("/")
    assert panel.page.evaluate("document.activeElement.id") == "search"
    panel.page.locator('#manager li[data-name="optimizer.lr"] .eye').focus()
    panel.page.keyboard.press("ArrowDown")
    panel.page.keyboard.press("ArrowDown")
    focused = "document.activeElement.closest('li').dataset.name"
    assert panel.page.evaluate(focused) == "model.activation"
    panel.page.keyboard.press("Space")
    panel.settle()
    assert "model.activation" not in panel.parameters()
    assert panel.page.evaluate(focused) == "model.dropout"  # the keyboard stays where it was
    panel.page.keyboard.press("End")
    assert panel.page.evaluate(focused) == panel.listed(False)[-1]
    panel.page.keyboard.press("Home")
    assert panel.page.evaluate(focused) == "optimizer.lr"


@IN_LIGHT
def test_the_wand_spares_what_decides_which_runs_fail(panel, answer):
    unclear = {row["parameter"] for row in answer["importance"] if row["clear"] is False}
    spared = unclear & set(answer["decide_failures"])
    assert spared
    panel.page.locator("#wand").click()
    panel.expect("#wand").to_have_text("Undo wand")
    panel.settle()
    assert spared <= set(panel.listed(True)) and unclear - spared <= set(panel.listed(False))


def test_the_wand_can_be_clicked_while_importance_is_computed(open_page, sample):
    """Nothing of the display waits for the server."""
    panel = open_page(f"{sample}#v=1", wait=False)
    panel.page.wait_for_selector("#manager li[data-name]", timeout=60000)
    panel.page.locator("#manager li[data-name='epochs'] .eye").click()
    panel.wait()
    assert "epochs" in panel.listed(False)


def role(panel, name: str) -> str:
    """A parameter's role, as its badge says it to a screen reader."""
    badge = panel.page.locator(f'#manager li[data-name="{name}"] .role')
    return badge.get_attribute("aria-label").removeprefix(f"Role of {name}: ")


def give(panel, name: str, item: str) -> None:
    """Choose from the menu of a parameter's role, and wait for the answer."""
    panel.page.locator(f'#manager li[data-name="{name}"] .role').click()
    with panel.asking():
        panel.page.locator(".role-menu button").filter(has_text=item).first.click()


@IN_LIGHT
def test_a_role_is_changed_and_nothing_is_computed_again(panel):
    assert {name: role(panel, name) for name in ("optimizer.lr", "optimizer.name", "data.pca", "dataset", "seed")} == {
        "optimizer.lr": "nuisance",
        "optimizer.name": "scientific",
        "data.pca": "not known",
        "dataset": "fixed",
        "seed": "seed",
    }
    before = panel.rows()
    panel.page.evaluate(
        """() => { window.ranked = [];
            const look = () => { ranked.push(Boolean(sweeplens.shown && sweeplens.shown.record)); setTimeout(look, 5) };
            look(); }"""
    )
    give(panel, "optimizer.lr", "scientific")
    assert role(panel, "optimizer.lr") == "scientific, given"
    assert panel.address["role"] == ["scientific:optimizer.lr"]
    give(panel, "dataset", "nuisance")
    assert panel.reason("dataset") == "constant: always digits"  # still hidden, and still why
    ranked = panel.page.evaluate("window.ranked")
    assert ranked and all(ranked), "the ranking was away for a while"
    panel.page.reload()
    panel.wait()
    assert (role(panel, "optimizer.lr"), role(panel, "dataset")) == ("scientific, given", "nuisance, given")
    assert panel.rows() == before
    panel.page.locator('#manager li[data-name="optimizer.lr"] .name').click()
    panel.expect("#detail-head").to_contain_text("scientific, you said so")
    give(panel, "optimizer.lr", "default")
    assert panel.address["role"] == ["nuisance:dataset"]
    panel.expect("#detail-head").to_contain_text("nuisance, an optimizer setting")
    give(panel, "epochs", "All back to their defaults (1 given)")
    assert "role" not in panel.address
    assert role(panel, "dataset") == "fixed"


@IN_LIGHT
def test_the_menu_of_roles_by_keyboard(panel):
    focused = "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"
    panel.page.locator('#manager li[data-name="optimizer.lr"] .eye').focus()
    panel.page.keyboard.press("Tab")
    panel.page.keyboard.press("ArrowDown")
    assert panel.page.evaluate(focused) == "Role of optimizer.name: scientific"
    panel.page.keyboard.press("Enter")
    panel.page.keyboard.press("Escape")
    panel.expect(".role-menu").to_have_count(0)
    assert panel.page.evaluate(focused) == "Role of optimizer.name: scientific"
    panel.page.keyboard.press("Enter")
    panel.page.keyboard.press("ArrowDown")
    assert "nuisance" in panel.page.evaluate(focused)
    with panel.asking():
        panel.page.keyboard.press("Enter")
    assert panel.page.evaluate(focused) == "Role of optimizer.name: nuisance, given"
    assert panel.address["role"] == ["nuisance:optimizer.name"]


@IN_LIGHT
def test_roles_are_kept_by_source_but_an_address_says_them_all(panel):
    plain = panel.page.evaluate("location.hash")
    give(panel, "optimizer.lr", "fixed")
    panel.page.evaluate(  # the source has lost a parameter since: the other role stays
        """() => { const key = Object.keys(localStorage).find((k) => k.startsWith('sweeplens-roles:'));
            localStorage.setItem(key, JSON.stringify([['gone', 'ignored'], ...JSON.parse(localStorage[key])]));
            history.replaceState(null, '', location.pathname);
            dispatchEvent(new PopStateEvent('popstate')) }"""
    )
    panel.page.wait_for_function(
        """() => { const { roles } = sweeplens.question.selection;
            return roles.length === 1 && sweeplens.readRoles(sweeplens.shown?.answer.project.source).length === 1 }"""
    )
    panel.wait()
    assert panel.address["role"] == ["fixed:optimizer.lr"]
    assert role(panel, "optimizer.lr") == "fixed, given"
    with panel.asking():
        panel.page.evaluate("(plain) => { location.hash = plain }", plain)
    assert role(panel, "optimizer.lr") == "nuisance"

"""Numbers as the page writes them, in files and in words."""

from __future__ import annotations

from .panel_page import IN_LIGHT


@IN_LIGHT
def test_negative_numbers_stay_numbers_in_files_and_formulas_do_not_get_in(panel):
    cells = ["-0.889", "-1.5e-07", "+3", "-inf", "-", "-1+1", "-.5", "=1", "@x", "\t5", -2, None]
    line = panel.page.evaluate("(cells) => sweeplens.csvOf(['a'], [cells]).split('\\r\\n')[1]", cells)
    assert line == "-0.889,-1.5e-07,+3,-inf,'-,'-1+1,-.5,'=1,'@x,'\t5,-2,"

"""Numbers as the page writes them, in files and in words."""

from __future__ import annotations

from .panel_page import IN_LIGHT


@IN_LIGHT
def test_negative_numbers_stay_numbers_in_files_and_formulas_do_not_get_in(panel):
    cells = ["-0.889", "-1.5e-07", "+3", "-inf", "-", "-1+1", "-.5", "=1", "@x", "\t5", -2, None]
    line = panel.page.evaluate("(cells) => sweeplens.makeCsv(['a'], [cells]).split('\\r\\n')[1]", cells)
    assert line == "-0.889,-1.5e-07,+3,-inf,'-,'-1+1,-.5,'=1,'@x,'\t5,-2,"


@IN_LIGHT
def test_whole_numbers_keep_their_digits(panel):
    shorts = {
        65536: "65536", 12345: "12345", -1024: "−1024", 1000000: "1000000", 1048576: "1048576",
        12345678: "12345678", 2147483647: "2147483647", 10000000: "1e+7", 3e9: "3e+9", 2560000000: "2.56e+9",
        1e15: "1e+15", 0.00012345: "0.0001234", 0.000012345: "1.234e−5", 3.14159: "3.142", 0: "0", 65536.25: "65540",
    }  # fmt: skip
    numbers = list(shorts)
    written = panel.page.evaluate("(numbers) => numbers.map((v) => sweeplens.writeShort(v))", numbers)
    assert written == list(shorts.values())
    assert panel.page.evaluate("sweeplens.writeShort(1024, 3)") == "1024"
    many = {"key": "x", "labels": []}
    words = panel.page.evaluate("(axis) => [65536, 2147483648].map((v) => sweeplens.writeValue(axis, v))", many)
    assert words == ["65,536", "2.1475e+9"], "of 32 bits, which hold no more digits"


@IN_LIGHT
def test_the_file_of_parallel_coordinates_has_whole_and_negative_numbers(panel):
    lines = panel.page.evaluate(
        """() => { const pos = [0, 0, 0];
            const values = Float32Array.of(12345678, -0.5, -Infinity);
            const width = { name: "width", labels: [], values, pos, places: [] };
            const axes = new Map([["width", width], ["", { pos, places: [] }]]);
            const v = { shown: ["width"], axes, record: { ids: ["a", "b", "c"] }, nameOf: String, mask: null };
            return sweeplens.makeParallelCsv(v).split("\\r\\n").slice(1).map((line) => line.split(",")[4]) }"""
    )
    assert lines == ["12345678", "-0.5", "-inf"]

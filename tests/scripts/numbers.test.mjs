import assert from "node:assert/strict";
import { test } from "node:test";

import { makeCsv } from "../../assets/page/files.mjs";
import {
  readDoubles,
  readFloats,
  readPlanes,
  writeFixed,
  writePercent,
  writeShare,
  writeShort,
  writeSigned,
} from "../../assets/page/numbers.mjs";
import { isSame } from "../../assets/page/same.mjs";
import { shortenNames } from "../../assets/page/shorten.mjs";
import { smoothValues } from "../../assets/views/curves_lines.mjs";
import { findWithin } from "../../assets/views/slices_lasso.mjs";

const pack = (values) => Buffer.from(values.buffer).toString("base64");

test("numbers as text", () => {
  assert.equal(writeShare(0.004), "< 0.01");
  assert.equal(writeShare(0), "0.00");
  assert.equal(writeSigned(-0.25), "−0.25");
  assert.equal(writeSigned(0.001), "0.00");
  assert.equal(writePercent(0.0001), "< 0.1 %");
  assert.equal(writeFixed(-0.17), "−0.17");
  assert.equal(writePercent(null), "–");
  assert.equal(writeShort(-1048576), "−1048576");
  assert.equal(writeShort(Infinity), "∞");
});

test("numbers as the server packs them", () => {
  assert.deepEqual([...readFloats(pack(Float32Array.of(0.5, -2)))], [0.5, -2]);
  const planes = Buffer.from([0, 0, 0, 0, 0, 0, 0x3f, 0xc0]); // 0.5 is 3f 00 00 00, -2 is c0 00 00 00
  assert.deepEqual([...readPlanes(planes.toString("base64"))], [0.5, -2]);
  assert.deepEqual([...readDoubles(pack(Float64Array.of(0.1)))], [0.1]);
});

test("a table as CSV: quotes, and nothing that a spreadsheet would compute", () => {
  const lines = [
    ["a,b", 'say "x"', null],
    ["=1+1", -0.5, "-1e-3"],
  ];
  assert.equal(makeCsv(["p", "q", "r"], lines), 'p,q,r\r\n"a,b","say ""x""",\r\n\'=1+1,-0.5,-1e-3');
});

test("equal content is equal, in whatever order its keys were written", () => {
  assert.ok(isSame({ a: 1, b: [{ c: 2, d: 3 }] }, { b: [{ d: 3, c: 2 }], a: 1 }));
  assert.ok(!isSame({ a: [1, 2] }, { a: [2, 1] }));
});

test("names are cut where they are alike, so that they stay different", () => {
  const names = [
    "model.encoder.layer_norm.epsilon_first",
    "model.encoder.layer_norm.epsilon_other",
  ];
  const texts = shortenNames(names, 20);
  assert.equal(new Set(texts).size, 2);
  for (const text of texts) assert.ok([...text].length <= 20, text);
  assert.deepEqual(shortenNames(["lr"], 20), ["lr"]);
  const several = ["attention", "feed_forward", "normalisation"].flatMap((layer) =>
    ["dropout_probability_rate", "learning_rate_multiplier"].flatMap((part) =>
      [0, 1, 17].map((i) => `model.layers.${layer}.block_${String(i).padStart(3, "0")}.${part}`),
    ),
  );
  for (const limit of [18, 22, 28]) {
    const short = shortenNames(several, limit);
    assert.equal(new Set(short).size, several.length, `${limit}: ${short}`);
    for (const text of short) assert.ok([...text].length <= limit, text);
  }
});

test("smoothing: a moving average whose start is corrected; a gap stays one", () => {
  assert.deepEqual(
    smoothValues([7, 7, 7], 0.99).map((v) => Math.round(v * 1e9) / 1e9),
    [7, 7, 7],
  );
  const smoothed = smoothValues([4, 2, NaN, 1], 0.5);
  assert.ok(Number.isNaN(smoothed[2]));
  assert.ok(Math.abs(smoothed[1] - 8 / 3) < 1e-12);
});

test("runs in a box or within a lasso, on a log scale too", () => {
  const all = {
    id: ["a", "b", "c"],
    x: pack(Float32Array.of(1, 10, 100)),
    y: pack(Float32Array.of(1, 1, 1)),
  };
  const logs = { x: true, y: false };
  assert.deepEqual(findWithin({ range: { x: [5, 200], y: [0, 2] } }, all, logs), ["b", "c"]);
  const lassoPoints = { x: [0.5, 20, 20, 0.5], y: [0, 0, 2, 2] };
  assert.deepEqual(findWithin({ lassoPoints }, all, logs), ["a", "b"]);
  assert.deepEqual(findWithin({}, all, logs), []);
});

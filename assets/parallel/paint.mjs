/* Painting of many lines on a canvas: worst first and best last, so many a frame that the page stays answerable. */

export const FADED = 0.13; // opacity of lines beside highlighted ones
const SHADES = 64;
const FRAME = 50; // milliseconds between frames that painting may take
const DASHED = 300; // infeasible runs up to which their lines are dashed: dashes take long

const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
const between = (a, b, t) =>
  `rgb(${rgb(a)
    .map((x, i) => Math.round(x + t * (rgb(b)[i] - x)))
    .join(" ")})`;

/* the colours of the theme, as the stylesheet has them */
export const readColours = () => {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(name).trim();
  const [worst, middle, best] = ["--run-worst", "--run-middle", "--run-best"].map(of);
  const ramp = Array.from({ length: SHADES }, (_, i) => {
    const t = i / (SHADES - 1);
    return t < 0.5 ? between(worst, middle, 2 * t) : between(middle, best, 2 * t - 1);
  });
  return {
    ramp,
    worst,
    middle,
    best,
    infeasible: of("--negative"),
    ink: of("--ink"),
    muted: of("--muted"),
    line: of("--line"),
    card: of("--card"),
    accent: of("--accent"),
  };
};

/* How good each run is: from 0, the worst, to 1, the best, by rank, so that a few runs that went wrong don't take all the
   colours; equal ones are equal. -1 for infeasible runs. */
export const computeQuality = (target) => {
  const { pos, values } = target;
  const loss = (v) => (target.goal === "maximize" ? -v : v);
  const sorted = values
    .filter((_, i) => pos[i] < 2)
    .map(loss)
    .sort();
  const first = (x) => {
    // how many are better
    let [a, b] = [0, sorted.length];
    while (a < b) {
      const m = (a + b) >> 1;
      if (sorted[m] < x) a = m + 1;
      else b = m;
    }
    return a;
  };
  const worst = sorted.length ? first(sorted[sorted.length - 1]) : 0;
  const quality = pos.map((p, i) => (p >= 2 ? -1 : worst ? 1 - first(loss(values[i])) / worst : 1));
  return { quality, median: sorted.length ? loss(sorted[sorted.length >> 1]) : null };
};

/* runs from infeasible and worst to best */
export const sortWorstFirst = (quality) =>
  Int32Array.from(quality.keys()).sort((a, b) => quality[a] - quality[b] || b - a);

/* some of the runs, evenly taken, the best among them */
export const thinRuns = (runs, most) => {
  if (runs.length <= most) return runs;
  const step = runs.length / most;
  return Int32Array.from(
    { length: most },
    (_, k) => runs[runs.length - 1 - Math.floor((most - 1 - k) * step)],
  );
};

/* How lines are drawn: the more there are, the fainter; a few best ones always plain. Runs that look the same share one
   object, and are painted together. */
export const makeStyle = (quality, n, infeasible, colours) => {
  const alpha = Math.min(0.9, Math.max(0.04, 9 / Math.sqrt(n)));
  const broken = {
    colour: colours.infeasible,
    alpha: Math.min(alpha, 0.6),
    width: 0,
    dash: infeasible <= DASHED,
  };
  const most = Math.max(alpha, Math.min(0.9, (60 * SHADES) / n)); // so that 60 lines of the best shade are seen singly
  const shades = colours.ramp.map((colour, i) => ({
    colour,
    alpha: alpha + (most - alpha) * (i / (SHADES - 1)) ** 16,
    width: 0,
  }));
  const best = { ...shades[SHADES - 1], alpha: 0.9, width: 1.6 };
  return (run) => {
    const q = quality[run];
    return q < 0
      ? broken
      : q > 0.98 && n * (1 - q) < 20
        ? best
        : shades[Math.round(q * (SHADES - 1))];
  };
};

/* paint the lines from..to of `runs` */
const TOGETHER = 20; // lines in one path
export const paintSome = (context, { xs, ys }, runs, style, from, to) => {
  const thin = 1 / context.getTransform().a; // one pixel: what is thicker takes ten times as long
  let k = from;
  while (k < to) {
    const look = style(runs[k]);
    context.beginPath();
    for (let many = 0; k < to && many < TOGETHER && style(runs[k]) === look; k += 1, many += 1) {
      const run = runs[k];
      context.moveTo(xs[0], ys[0][run]);
      for (let a = 1; a < xs.length; a += 1) context.lineTo(xs[a], ys[a][run]);
    }
    context.setLineDash(look.dash ? [5, 4] : []);
    context.strokeStyle = look.colour;
    context.globalAlpha = look.alpha;
    context.lineWidth = look.width || thin;
    context.stroke();
  }
  context.globalAlpha = 1;
  context.setLineDash([]);
};

/* make a canvas so large, in points of the screen, and empty */
export const fitCanvas = (canvas, width, height, scale) => {
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.lineJoin = "bevel";
  return context;
};

/* A painter of one canvas. `paint` begins anew and gives up what it was at; `data-painted` says that all is there. */
export const makePainter = (canvas) => {
  let turn = 0;
  return {
    clear() {
      turn += 1;
      delete canvas.dataset.painted;
      canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
    },
    paint({ width, height, scale, geometry, runs, style }) {
      const mine = (turn += 1);
      delete canvas.dataset.painted;
      const context = fitCanvas(canvas, width, height, scale);
      const done = () =>
        requestAnimationFrame(() =>
          requestAnimationFrame(() => {
            if (mine === turn) canvas.dataset.painted = String(runs.length);
          }),
        );
      if (geometry.xs.length < 2) {
        done();
        return;
      }
      let next = 0;
      let many = 400;
      let last = 0;
      const frame = (now) => {
        if (mine !== turn || !canvas.isConnected) return;
        if (last) many = now - last > FRAME ? Math.max(100, many * 0.7) : many * 1.5;
        last = now;
        const to = Math.min(runs.length, Math.floor(next + many));
        paintSome(context, geometry, runs, style, next, to);
        next = to;
        if (next < runs.length) requestAnimationFrame(frame);
        else done();
      };
      frame(0);
    },
  };
};

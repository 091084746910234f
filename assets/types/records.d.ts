/* The records that the server sends. Made by `python -m tools.script_types`: change them there. */

/** That a search is adaptive: the ``reason`` why it counts as one, and in ``words`` what follows from it. */
export interface AdaptiveFacts {
  reason: string;
  words: string;
  messages?: unknown;
}

/** An entry of a select box: its ``value``, and its ``label`` for people. */
export interface Choice {
  value: string;
  label: string;
}

/** The correlations of all parameters that enter a model, in the order of their names. */
export interface Correlation {
  rows: (CorrelationRow)[];
}

/** One column's correlation with the target as logged. */
export interface CorrelationRow {
  /** The parameter's name. */
  parameter: string;
  /** Which of its values is held against all others; ``length`` or ``[0]`` for a part of a list; empty for the parameter itself. */
  value: string;
  /** Pearson's r, -1 to 1; positive if the target is larger where the parameter is larger (or has this value). ``None`` if it has no single one (a categorical as a whole) or does not vary. */
  correlation: number | null;
  /** Limits of its 90 % interval by Fisher's transformation; ``None`` with fewer than four configurations. */
  low: number | null;
  /** Limits of its 90 % interval by Fisher's transformation; ``None`` with fewer than four configurations. */
  high: number | null;
  /** Probability of a correlation at least as far from 0 if there were none (two-sided t-test). ``None`` in an adaptive search, where it would mean nothing. */
  p: number | null;
  /** Number of runs that record both. */
  n: number;
  /** Rank correlation, -1 to 1. */
  spearman: number | null;
  /** Pearson's r on the scales used: the parameter's log where its scale is log, the target's scale as for importance. */
  scaled: number | null;
  /** Correlation ratio of all its values together, 0 to 1, with the target as logged, its ranks, and on its scale; only on a parameter's own row, if its values are no numbers. */
  eta: number | null;
  /** Correlation ratio of all its values together, 0 to 1, with the target as logged, its ranks, and on its scale; only on a parameter's own row, if its values are no numbers. */
  eta_spearman: number | null;
  /** Correlation ratio of all its values together, 0 to 1, with the target as logged, its ranks, and on its scale; only on a parameter's own row, if its values are no numbers. */
  eta_scaled: number | null;
  /** Pearson's r without the one run on which it rests; ``None`` if it rests on no single one. */
  without_one: number | null;
}

/** Why nothing can be computed. */
export interface Empty {
  /** A code: ``no metric``, ``no varying parameter``, ``too few runs``, ``too few groups``, ``constant target``; of a method also ``infinite setting``. */
  reason: string;
  /** The same in words. */
  words: string;
  messages?: unknown;
}

/** Runs that logged a number which stands for a failure, such as 999 or a loss of 1e10. */
export interface FailureFacts {
  /** How many. */
  runs: number;
  /** Whether they count as results all the same, because the user said so. */
  kept: boolean;
  /** What was taken as failed, or is kept. */
  words: string;
  messages?: unknown;
}

/** Parameters that share their importance. */
export interface Group {
  /** Their names. */
  parameters: (string)[];
  /** How strongly they go together, 0 to 1. */
  association: number | null;
  /** Their joint importance. */
  joint: number | null;
}

/** What a method found, and what it rests on. */
export interface Importance {
  /** Name of the method. */
  method: string;
  /** One entry for every parameter that entered the model, the most important first. */
  importance: (ImportanceRow)[];
  /** The model; ``None`` if there is none. */
  surrogate: Surrogate | Record<string, never>;
  /** Sets of parameters that share their importance. */
  groups: (Group)[];
  /** Seed of every random draw. */
  seed: number;
  /** Why there are no rows; ``None`` if there are. */
  empty: Empty | null;
  /** What the user should know before believing it. */
  notes: (string)[];
  /** Interactions, the largest first. Empty if the method measures none. */
  pairs: (Pair)[];
  /** How the variance divides; ``None`` if the method cannot tell. */
  parts: Parts | Record<string, never>;
  messages?: unknown;
  trust: Trust;
  decide_failures: (string)[];
}

/** One parameter's importance. */
export interface ImportanceRow {
  /** Its name. */
  parameter: string;
  /** Its share, 0 to 1; the shares of all parameters add up to 1 unless all are 0. ``None`` if the method cannot tell. */
  importance: number | null;
  /** Limits of the 90 % interval of `importance`; ``None`` if the method has none. */
  low: number | null;
  /** Limits of the 90 % interval of `importance`; ``None`` if the method has none. */
  high: number | null;
  /** The part of `importance` that does not hold on runs the model has not seen, and what a parameter of no effect with the same values reaches there by chance, as a share; ``None`` if the method has none. */
  floor: number | null;
  /** Whether it is above its floor (in an adaptive search: with its whole interval) and the model predicts anything at all, or its own effect is (see `own_effects`); ``None`` if the method cannot tell. */
  clear: boolean | null;
  /** What makes it clear or not, in words; empty if the method cannot tell. */
  why: string;
  /** What the method measured before it made shares of it, as a share of the target's variance. */
  raw: number | null;
  /** The same measured on runs that the trees had not seen: near 0 for a parameter of no effect, possibly negative. */
  unseen: number | null;
  /** What `unseen` must exceed for the parameter to be clear. */
  unseen_floor: number | null;
  /** In how many of the runs used it is recorded. */
  active: number;
  /** Its importance among these alone, if it is a conditional parameter. */
  where_active: WhereActive | null;
  messages?: unknown;
}

/** What can be told of a question at once. */
export interface Overview {
  /** Version of the form of answers. */
  schema: number;
  /** What it is about. */
  project: ProjectFacts;
  /** What it is about. */
  target: TargetFacts;
  /** Level of every interval. */
  level: number;
  /** What the source was read as, and who says what the target is. */
  taken: Taken;
  /** The settings with values that only differ in their spelling. */
  spellings: (Spellings)[];
  /** What it is about. */
  runs: RunCounts;
  /** Runs that logged a number for a failure; ``None`` if there are none. */
  failures: FailureFacts | null;
  /** That the search is adaptive; ``None`` if it is not. */
  adaptive: AdaptiveFacts | null;
  /** That nothing can be computed; ``None`` if something can. */
  empty: Empty | null;
  /** Of every parameter that enters a model. */
  correlation: Correlation;
  /** All parameters, in the order of the source. */
  parameters: (Parameter)[];
  /** The metrics that can be a target. */
  metrics: (string)[];
  /** The columns that runs can be grouped by. */
  groupable: (Choice)[];
  /** Whether the target has values per step. */
  has_history: boolean;
  /** Whether the source tells how long its runs took. */
  has_runtime: boolean;
  /** What the user should know. */
  notes: (string)[];
  /** What could not be read, at most 100 of it. */
  skipped: (Skipped)[];
  /** How much could not be read. */
  skipped_count: number;
  /** Seed of every random draw. */
  seed: number;
  messages?: unknown;
}

/** An interaction. */
export interface Pair {
  /** The names of the two. */
  parameters: [string, string];
  /** The share of the variance that they explain together beyond what each does alone. */
  raw: number | null;
}

/** What is known of one parameter among the runs in question. */
export interface Parameter {
  /** Its flattened key. */
  parameter: string;
  /** What its values are. */
  kind: "real" | "integer" | "boolean" | "categorical" | "structured" | "text";
  /** The scale on which its distances are read; ``linear`` for all that are no numbers. */
  scale: "linear" | "log";
  /** See `selection.Role`; ``none`` where it is not known. */
  role: "scientific" | "nuisance" | "fixed" | "seed" | "ignored" | "none";
  /** Why it tells nothing or is left out, as a code: ``constant``, ``seed``, ``identifier``, ``path``, ``alias``, ``outcome``, ``differs``, ``user``; empty for the others. */
  reason: string;
  /** The same in words; empty if there is nothing to say. */
  words: string;
  /** How many different values it has. */
  distinct: number;
  /** In how many of the runs it has a value. */
  recorded: number;
  /** How many runs there are. */
  runs: number;
  /** The parameter, and those of its values, for which this one is recorded; ``None`` if it does not depend on one. */
  condition: [string, (string)[]] | null;
  /** The parameter that it always changes together with. */
  alias_of: string;
  /** Its smallest and largest value, or a few of its values, as text. */
  value_range: string;
  /** Why it is read on its scale, in words. */
  scale_reason: string;
  /** The role that it has unless the user gives it another one. */
  default_role: "scientific" | "nuisance" | "fixed" | "seed" | "ignored" | "none";
  /** Why it has its role, as a code: its `reason`, ``user``, or what its name tells (see `roles.find_default_role`). */
  role_reason: string;
  /** The same in words. */
  role_words: string;
  messages?: unknown;
}

/** Shares of the variance that main effects, interactions of two, and all else explain. */
export interface Parts {
  main: number;
  pairs: number;
  rest: number;
}

/** Which project it is. */
export interface ProjectFacts {
  /** What the page's links call it: that of what was read, as it is kept. */
  id: string;
  /** How it is called. */
  name: string;
  /** The path or address that it was read from, without passwords. */
  source: string;
  /** Which kind of source that is, in words. */
  format: string;
  /** The studies or experiments of the same source, this one among them; empty if it has only one. */
  parts: (string)[];
  /** How many runs each of these has; ``None`` where that is not known. */
  part_runs: (number | null)[];
  /** A digest of its runs: equal wherever the same runs are. */
  content: string;
}

/** How many runs there are, and how many of them count. */
export interface RunCounts {
  /** How many the project has. */
  loaded: number;
  /** How many the target comes from. */
  used: number;
  /** How many groups these make; ``None`` if they are not grouped. */
  groups: number | null;
  /** What they are grouped by; empty if they are not. */
  grouped: string;
  /** How many different configurations they have, seeds aside. */
  configs: number;
  /** How many were left out, by reason. */
  left_out: Record<string, number>;
  /** How many of all have each state. */
  states: Record<string, number>;
  messages?: unknown;
}

/** What could not be read, and why; in ``words`` both, what it is only once. */
export interface Skipped {
  what: string;
  why: string;
  words: string;
}

/** A setting with several spellings of one value. */
export interface Spellings {
  /** The setting. */
  parameter: string;
  /** The spellings of each such value, the most frequent first. */
  values: ((string)[])[];
}

/** The model that a ranking rests on. */
export interface Surrogate {
  /** Share of the target's variance that it predicts on runs it has not seen, every configuration counting alike; negative if it predicts worse than the mean; ``None`` if that was not measured. */
  oob_r2: number | null;
  /** In how many it was grown. */
  runs: number;
  /** In how many it was grown. */
  configs: number;
  /** How many it has; ``None`` if it has none. */
  trees: number | null;
  /** How many it has; ``None`` if it has none. */
  bags: number | null;
  /** How many configurations counted as the best; ``None`` if the method does not ask. */
  best: number | null;
  /** Share of the variance between runs that the settings explain: what differs between configurations beyond what differs between their repeats; ``None`` without repeats. It says nothing of configurations that were not run. */
  explained: number | null;
  /** ``process`` for a Gaussian process, whose `oob_r2` is of configurations left out one by one; ``None`` for trees. */
  model: "process" | null;
}

/** What a source was read as. */
export interface Taken {
  /** How many columns were taken as such. */
  settings: number;
  /** How many columns were taken as such. */
  metrics: number;
  /** The columns among them whose place is a guess. */
  guesses: (string)[];
  /** Who says what the target and its goal are: ``you``, the ``sweep`` or whatever wrote the source, the ``name``, or nobody (a ``guess``). */
  target_by: "you" | "sweep" | "name" | "guess";
  /** Who says what the target and its goal are: ``you``, the ``sweep`` or whatever wrote the source, the ``name``, or nobody (a ``guess``). */
  goal_by: "you" | "sweep" | "name" | "guess";
  /** What a guess of the goal rests on. */
  goal_reason: string;
  /** All of it in one line. */
  words: string;
  messages?: unknown;
}

/** The target as it was read. */
export interface TargetFacts {
  /** As in `question.selection.Target`; the goal is ``None`` only without a metric. */
  metric: string;
  /** How it is called. */
  label: string;
  /** As in `question.selection.Target`; the goal is ``None`` only without a metric. */
  goal: "minimize" | "maximize" | null;
  /** As in `question.selection.Target`; the goal is ``None`` only without a metric. */
  value: "last" | "best" | "min" | "max" | "failing";
  /** The scale on which it is modelled. */
  scale: "raw" | "log" | "rank";
  /** Why that scale; empty without a target. */
  scale_reason: string;
  /** The step at which it was read; ``None`` for the value as logged. */
  step: number | null;
  /** Steps at which runs of unequal length can be compared; empty if none were stopped early. */
  steps: (number)[];
  messages?: unknown;
}

/** How far a ranking can be trusted. */
export interface Trust {
  /** ``good`` (an out-of-bag R² of at least .7, or shares that are exact), ``fair`` (.4), ``weak`` (.1, or nothing is clear), ``none``, ``unknown`` (not measured) or ``empty``. */
  level: string;
  /** The same for people. */
  words: string;
  /** What to make of it. */
  advice: string;
  /** That the parameter which leads is a setting by a guess alone; else empty. */
  caution: string;
  /** What the share of the variance that is predicted is called, and of which model it is. */
  measure: string;
  /** What matters, in one sentence; see `headline.say_headline`. */
  headline: string;
  messages?: unknown;
}

/** A conditional parameter's importance among the runs that record it, by the same method. */
export interface WhereActive {
  /** How many runs these are. */
  runs: number;
  /** As in `ImportanceRow`, but a share of what matters among these runs. */
  importance: number | null;
  /** As in `ImportanceRow`, but a share of what matters among these runs. */
  low: number | null;
  /** As in `ImportanceRow`, but a share of what matters among these runs. */
  high: number | null;
  /** As in `ImportanceRow`, but a share of what matters among these runs. */
  clear: boolean | null;
  /** Why it could not be computed; empty if it could. */
  why: string;
  messages?: unknown;
}

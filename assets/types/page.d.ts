/* What the page keeps: what is asked, how it is shown, and what is drawn of it. */

import type { Importance, ImportanceRow, Overview, Parameter } from "./records";

export interface Selection {
  project: string;
  target: {
    metric: string;
    goal: string | null;
    value: string;
    scale: string;
    failures: string;
    step: number | string | null;
  };
  states: string[];
  filters: any[];
  picked: string[] | string | null; // ids, or the fingerprint under which the server keeps them
  group: string;
  roles: [string, string][];
  places: [string, string][];
  merged: string[];
  seed: number;
  top: number;
}

export interface Question {
  selection: Selection;
  method: string;
}

/** Names; while it is not known which parameters there are, as an address has them. */
export type NameList = (string[] & { packed?: undefined }) | { packed: string };

export interface Display {
  hidden: NameList | null;
  wand: NameList | null;
  sort: string;
  up: boolean;
  open: string[];
  search: string;
  coefficient: string;
  theme: string | null;
  tab: string;
  detail: string[];
  targets: string[] | null;
  options: Record<string, any>;
  selected: string[] | string | null;
  run: string;
}

/** A parameter with all that is known of it. */
export type Fact = Parameter & { row?: ImportanceRow; own?: any; values: any[] };

export interface Shown {
  answer: Overview;
  record: Importance | null;
  figure: any;
  facts: Map<string, Fact>;
}

/** A view beside the overview: see tabs.mjs. */
export interface View {
  draw(place: HTMLElement, answer: any): void;
  key?(): string;
  asked?(): any;
  options?: Record<string, any>;
  runs?: boolean;
  empty?: boolean;
  stays?: boolean;
}

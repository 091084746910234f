/* What the page's libraries leave in the window, and what its scripts keep on nodes. Every element here is one of HTML. */

declare global {
  interface Window {
    Plotly: any;
    React: any;
    dash_clientside: any;
    dash_ag_grid: any;
    dashAgGridFunctions: any;
    dashAgGridComponentFunctions: any;
  }

  interface EventTarget {
    closest(selector: string): HTMLElement | null;
    setPointerCapture(pointer: number): void;
    focus(options?: FocusOptions): void;
    readonly tagName: string;
    readonly isContentEditable: boolean;
  }

  interface Element {
    readonly dataset: DOMStringMap;
    readonly offsetParent: Element | null;
    click(): void;
    open?: boolean;
    value?: any;
    data?: any; // of a plot
    layout?: any;
    paint?: () => void; // of a node that is drawn once it is seen
    said?: string; // what a node says, in short
  }
}

export {};

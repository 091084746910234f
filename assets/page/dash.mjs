/* The names under which Dash and AG Grid look for this page's functions, and the ways to tell Dash something. */

window.dash_clientside = window.dash_clientside || {};
window.dashAgGridFunctions = window.dashAgGridFunctions || {};
window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {};

/** @type {Record<string, (...given: any[]) => any>} */
export const callbacks = (window.dash_clientside.sweeplens = {});
export const gridFunctions = window.dashAgGridFunctions;
export const gridCells = window.dashAgGridComponentFunctions;

export const setProps = (id, props) => window.dash_clientside.set_props(id, props);
export const noUpdate = () => window.dash_clientside.no_update;

/* the grid of that name; null before it is there */
export const findGrid = (id) => {
  try {
    return window.dash_ag_grid.getApi(id);
  } catch {
    return null;
  }
};

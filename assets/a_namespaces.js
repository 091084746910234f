/* The names under which Dash and AG Grid look for this page's functions. Dash loads scripts in the order of the alphabet. */
window.sweeplens = {};
window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.sweeplens = {};
window.dashAgGridFunctions = window.dashAgGridFunctions || {};
window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {};

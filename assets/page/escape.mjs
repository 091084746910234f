/* Escape closes what is open, also where the mouse opened it or the focus went elsewhere since; the focus then returns to
   what opened it. Dialogs and select boxes do so themselves. */

import { setProps } from "./dash.mjs";
import { closeRoles } from "./roles.mjs";

const closeChooser = () => {
  const chooser = [...document.querySelectorAll("details.column-chooser[open]")].find((node) =>
    node.checkVisibility(),
  );
  if (!chooser) return false;
  chooser.open = false;
  chooser.querySelector("summary").focus();
  return true;
};

/* a menu of Mantine listens only to keys within it, and by the mouse the focus stays on its button */
const MENU = 'button[aria-haspopup="menu"][aria-expanded="true"]:not(.role)';
const closeMenu = () => {
  const button = document.querySelector(MENU);
  if (!button) return;
  button.click();
  button.focus();
};

/* on a narrow screen the parameters are a drawer over the page */
const closeSidebar = () => {
  const sidebar = document.querySelector("#sidebar.open");
  if (!sidebar) return false;
  setProps("sidebar", { className: "sidebar" });
  document.getElementById("sidebar-open").focus();
  return true;
};

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  if (closeRoles(true) || closeChooser() || closeSidebar()) event.preventDefault();
  else setTimeout(closeMenu); // after it has had the chance itself
});

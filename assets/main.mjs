/* The page's one entry: it connects the parts, in the order in which they are drawn, and the views. */

import * as page from "./page/page.mjs";
import { drawBars } from "./page/bars.mjs";
import { drawCards } from "./page/cards.mjs";
import { labelMenus } from "./page/controls.mjs";
import { drawDetail } from "./page/details.mjs";
import { drawManager } from "./page/manager.mjs";
import { flash } from "./page/notices.mjs";
import { collectFacts } from "./page/facts.mjs";
import { checkRoles } from "./page/roles.mjs";
import { drawRooms, forgetRooms } from "./page/rooms.mjs";
import { drawRunCard } from "./page/run_card.mjs";
import { drawSelection } from "./page/selecting.mjs";
import { listenForSignIn } from "./page/signing.mjs";
import { drawStatus, markWaiting } from "./page/status.mjs";
import { drawTab } from "./page/tabs.mjs";
import { drawTable } from "./page/table.mjs";
import { getTheme, paintTheme } from "./page/theme.mjs";
import { lookFirst, watch } from "./page/watch.mjs";
import { OLDER_VIEWS } from "./views/values.mjs";

import "./page/escape.mjs";
import "./page/reporting.mjs";
import "./page/sidebar.mjs";
import "./page/table_file.mjs";
import "./parallel/view.mjs";
import "./views/best.mjs";
import "./views/checks.mjs";
import "./views/curves.mjs";
import "./views/footprint.mjs";
import "./views/history.mjs";
import "./views/interactions.mjs";
import "./views/linear.mjs";
import "./views/listing.mjs";
import "./views/next_sweep.mjs";
import "./views/rankings.mjs";
import "./views/slices.mjs";
import "./views/tradeoff.mjs";

page.connect({
  draw: [
    paintTheme,
    drawManager,
    drawTable,
    drawBars,
    drawSelection,
    drawRooms,
    drawTab,
    drawCards,
    drawDetail,
    drawRunCard,
  ],
  begin: () => {
    paintTheme();
    labelMenus();
    watch();
  },
  received: () => {
    checkRoles();
    if (page.shown) lookFirst();
    return drawStatus();
  },
  waiting: markWaiting,
  forgotten: forgetRooms,
  otherNames: () =>
    flash(
      "The parameters are not those of this link any more: which of them are hidden is as usual.",
      8000,
    ),
  facts: collectFacts,
  theme: getTheme,
  older: OLDER_VIEWS,
});

listenForSignIn();

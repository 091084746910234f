"""Every component id, once."""

from __future__ import annotations

from typing import Final

# stores: the question alone reaches the server; the display is kept by assets/page/page.mjs
DEFAULTS: Final = "defaults"
QUESTION: Final = "question"
OVERVIEW: Final = "overview"
IMPORTANCE: Final = "importance"
PROBLEM: Final = "problem"

# shell
PROVIDER: Final = "provider"
POLL: Final = "poll"
NOTICE: Final = "notice"
SIDEBAR: Final = "sidebar"
SIDEBAR_OPEN: Final = "sidebar-open"

# header
PROJECT: Final = "project"
COPY_LINK: Final = "copy-link"
EXPORT_TABLE: Final = "export-table"
EXPORT_JSON: Final = "export-json"
EXPORT_REPORT: Final = "export-report"
EXPORT_PNG: Final = "export-png"
EXPORT_SVG: Final = "export-svg"
THEME: Final = "theme"
HELP: Final = "help"
HELP_TEXT: Final = "help-text"

# opening a source
OPENING: Final = "opening"
OPENING_POLL: Final = "opening-poll"
OPENED: Final = "opened"
OPEN_DIALOG: Final = "open-dialog"
OPEN_URI: Final = "open-uri"
OPEN: Final = "open"
OPEN_PROGRESS: Final = "open-progress"
OPEN_CANCEL: Final = "open-cancel"
OPEN_RECENT: Final = "open-recent"
UPLOAD: Final = "upload"
UPLOADING: Final = "uploading"
UPLOADED: Final = "uploaded"

# the question bar
METRIC: Final = "metric"
GOAL: Final = "goal"
VALUE: Final = "value"
SCALE: Final = "scale"
GROUP: Final = "group"
METHOD: Final = "method"
TOP: Final = "top"
CHIPS: Final = "chips"
RUNS_USED: Final = "runs-used"
ADD_FILTER: Final = "add-filter"

# the parameter manager
MANAGER_COUNT: Final = "manager-count"
WAND: Final = "wand"
SEARCH: Final = "search"
SORT: Final = "sort"
MANAGER: Final = "manager"
COLUMNS_OPEN: Final = "columns-open"

# the importance tab
HEADLINE: Final = "headline"
TRUST: Final = "trust"
PROGRESS: Final = "progress"
CANCEL: Final = "cancel"
RETRY: Final = "retry"
UNGROUP: Final = "ungroup"
CLEAR_FILTER: Final = "clear-filter"
START_OVER: Final = "start-over"
ALL_STATES: Final = "all-states"
COLUMNS_OPEN_2: Final = "columns-open-2"
NOTES: Final = "notes"
TAKEN: Final = "taken"
RESULT: Final = "result"
EMPTY: Final = "empty"
TABLE: Final = "table"
BARS: Final = "bars"
BARS_PLACE: Final = "bars-place"
COEFFICIENT: Final = "coefficient"

# the cards beneath the ranking
CARDS: Final = "cards"
CARDS_ASKED: Final = "cards-asked"
CARDS_POLL: Final = "cards-poll"
CARDS_ANSWER: Final = "cards-answer"

# the other tabs
ROOMS: Final = "rooms"
TAB: Final = "tab"
TAB_ASKED: Final = "tab-asked"
TAB_ANSWER: Final = "tab-answer"
TAB_POLL: Final = "tab-poll"
TAB_PROGRESS: Final = "tab-progress"
TAB_CANCEL: Final = "tab-cancel"
TAB_RETRY: Final = "tab-retry"
TARGETS: Final = "targets"
TAB_PLACE: Final = "tab-place"
SLICE_ASKED: Final = "slice-asked"
SLICE_ANSWER: Final = "slice-answer"

# the table of runs
RUNS_TABLE: Final = "runs-table"

# the card of a parameter or a pair
DETAIL: Final = "detail"
DETAIL_ASKED: Final = "detail-asked"
DETAIL_ANSWER: Final = "detail-answer"
DETAIL_POLL: Final = "detail-poll"
DETAIL_RETRY: Final = "detail-retry"
DETAIL_CANCEL: Final = "detail-cancel"
DETAIL_RUN: Final = "detail-run"
DETAIL_RUN_ANSWER: Final = "detail-run-answer"
DETAIL_RUN_POLL: Final = "detail-run-poll"
DETAIL_HEAD: Final = "detail-head"
DETAIL_FOOT: Final = "detail-foot"
DETAIL_SURFACE: Final = "detail-surface"
DETAIL_DISTRIBUTION: Final = "detail-distribution"
DETAIL_CURVE: Final = "detail-curve"
DETAIL_CURVE_2: Final = "detail-curve-2"

# the card of a run
RUN: Final = "run-card"
RUN_ASKED: Final = "run-asked"
RUN_ANSWER: Final = "run-answer"
RUN_POLL: Final = "run-poll"
RUN_RETRY: Final = "run-retry"
RUN_CONTENT: Final = "run-content"

# the filter dialog
FILTER: Final = "filter"
FILTER_COLUMN: Final = "filter-column"
FILTER_VALUES: Final = "filter-values"
FILTER_LOW: Final = "filter-low"
FILTER_HIGH: Final = "filter-high"
FILTER_NEGATED: Final = "filter-negated"
FILTER_ABOUT: Final = "filter-about"
FILTER_APPLY: Final = "filter-apply"
FILTER_SELECT: Final = "filter-select"
FILTER_FACTS: Final = "filter-facts"
FILTER_EDITED: Final = "filter-edited"

# the columns and roles dialog
COLUMNS: Final = "columns"
COLUMNS_SEARCH: Final = "columns-search"
COLUMNS_TABLE: Final = "columns-table"
COLUMNS_APPLY: Final = "columns-apply"
COLUMNS_NOTE: Final = "columns-note"

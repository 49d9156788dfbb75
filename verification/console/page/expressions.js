/**
 * What the expressions in django-unfold's pages say that Alpine's parser does not read, each answered by a function.
 *
 * tests/contracts/test_expressions_on_pages.py goes through all expressions of the installed toolkit and names those
 * that are neither read nor answered here.
 */

/** Functions of the toolkit's app.js that expressions begin with. */
export const COMPONENTS = ["searchCommand", "searchDropdown", "searchForm", "theme"];

/** What expressions may see of the window: what they ask for, and none of the window's own objects. */
export const SEEN = {
  localStorage: { getItem: (key) => localStorage.getItem(key) },
  window: {
    matchMedia: (query) => matchMedia(query),
    location: {
      get pathname() {
        return location.pathname;
      },
      get search() {
        return location.search;
      },
    },
  },
  sortRecords: (event) => globalThis.sortRecords(event),
  moveRecords: (event) => moveRecords(event), // a constant of app.js, and so no property of the window
};

/** Go to the tab that the address names, and keep for other pages whether the sidebar is open. */
function beginPage() {
  this.activeTab = getCurrentTab() || this.activeTab || ""; // of app.js; x-data has the tab that is first, if any
  this.$watch("sidebarDesktopOpen", (open) => localStorage.setItem("sidebarDesktopOpen", open ? "1" : "0"));
}

/** Open what a key chose, unless it is to be opened beside this page: that is another expression's. */
const choosing = (remembers) =>
  function choose() {
    if (!this.$event.metaKey && !this.$event.ctrlKey) this.selectItem(remembers, false);
  };

/** By the expression with its white space collapsed, and with the name of a tab left out. */
const ANSWERS = new Map([
  ["activeTab = ''; $watch('sidebarDesktopOpen', value => localStorage.setItem('sidebarDesktopOpen', value ? '1' : '0'));", beginPage],
  [
    "activeTab = getCurrentTab() || ''; $watch('sidebarDesktopOpen', value => localStorage.setItem('sidebarDesktopOpen', value ? '1' : '0'));",
    beginPage,
  ],
  ["if (!$event.metaKey && !$event.ctrlKey) selectItem(true, false)", choosing(true)],
  ["if (!$event.metaKey && !$event.ctrlKey) selectItem(false, false)", choosing(false)],
  [
    "openSearchResults = true; currentIndex = 0",
    function openResults() {
      this.openSearchResults = true;
      this.currentIndex = 0;
    },
  ],
  [
    "openSearchResults = false; if ($refs.searchInput.value === '') { $refs.searchInput.blur() } else { $refs.searchInput.value = '' }",
    function closeResults() {
      const input = this.$refs.searchInput;
      this.openSearchResults = false;
      if (input.value === "") input.blur();
      else input.value = "";
    },
  ],
  [
    "window.location.href = $el.href + window.location.hash",
    function turnPage() {
      location.assign(this.$el.href + location.hash);
    },
  ],
  // Read by the parser, but put into the page as an inline style, which the policy refuses.
  [
    "'width: ' + changeListWidth + 'px'",
    function width() {
      return { width: `${this.changeListWidth}px` };
    },
  ],
]);

/** The function that stands for an expression, or undefined where the parser is to read it or it is a function already. */
export function answerTo(expression) {
  if (typeof expression !== "string") return undefined;
  const collapsed = expression.trim().replace(/\s+/g, " ");
  return ANSWERS.get(collapsed.replace(/^(activeTab = getCurrentTab\(\) \|\| ')[\w-]*/, "$1"));
}

/** Twenty small tasks on sites of the loopback: what a user asks, how it can be done, and what proves that it was. */

/** One call of the tool; `on` is what stands behind the name of the element: `button "Go"`. */
interface TaskStep {
  readonly action: string;
  readonly on?: string;
  readonly text?: string;
  readonly submit?: boolean;
  /** The rows that were left out last. */
  readonly more?: boolean;
}

export interface BrowserTask {
  readonly id: string;
  /** Path of the first page. */
  readonly path: string;
  readonly ask: string;
  readonly steps: readonly TaskStep[];
  /** What the last page has to show. */
  readonly shows: string;
  /** What the site has to have been sent. @default nothing is looked at */
  readonly sent?: string;
}

const click = (on: string, submit?: boolean): TaskStep =>
  submit === undefined ? { action: "click", on } : { action: "click", on, submit };
const type = (on: string, text: string): TaskStep => ({ action: "type", on, text });

export const BROWSER_TASKS: readonly BrowserTask[] = [
  {
    id: "log-in",
    path: "/login",
    ask: 'Log in as "ada" with the password "lovelace" and tell me how many messages are waiting.',
    steps: [
      type('textbox "User"', "ada"),
      type('textbox "Password"', "lovelace"),
      click('button "Sign in"', true),
    ],
    shows: "7 messages are waiting",
    sent: "/login user=ada&password=lovelace",
  },
  {
    id: "stay-logged-in",
    path: "/account",
    ask: "Which plan does my account have? I am logged in already.",
    steps: [],
    shows: "Plan: Gardener",
  },
  {
    id: "fill-form",
    path: "/order",
    ask: 'Order tea: my name is "Grace Hopper", the size is "Large", I want it wrapped, and the note is "ring twice".',
    steps: [
      type('textbox "Name"', "Grace Hopper"),
      { action: "select", on: 'combobox "Size"', text: "Large" },
      click('checkbox "Wrapped"'),
      type('textbox "Note"', "ring twice"),
      click('button "Order"', true),
    ],
    shows: "Thank you, order 4711",
    sent: "/order name=Grace+Hopper&size=l&wrapped=on&note=ring+twice",
  },
  {
    id: "follow-pages",
    path: "/story/1",
    ask: "Follow the story to its last page and tell me its last word.",
    steps: [click('link "Next"'), click('link "Next"')],
    shows: "and they all said halibut.",
  },
  {
    id: "read-table",
    path: "/prices",
    ask: "What does a kilogram of saffron cost?",
    steps: [],
    shows: "| Saffron | 2,940 |",
  },
  {
    id: "close-dialog",
    path: "/cookies",
    ask: "What is the code on this page? A dialog may lie over the button that shows it.",
    steps: [click('button "Only what is needed"'), click('button "Show the code"')],
    shows: "The code is 5512.",
  },
  {
    id: "confirm",
    path: "/items",
    ask: "Delete the item called Lamp; you may confirm it.",
    steps: [click('button "Delete Lamp"', true)],
    shows: "Lamp was deleted",
    sent: "/items/delete id=lamp",
  },
  {
    id: "alert",
    path: "/alert",
    ask: "What does the page say in its dialog?",
    steps: [],
    shows: "it said: The shop closes at five",
  },
  {
    id: "search",
    path: "/search",
    ask: 'Search for "newt" and tell me how many results there are.',
    steps: [type('searchbox "Search"', "newt"), { action: "press", text: "Enter" }],
    shows: "3 results for newt",
  },
  {
    id: "dropdown",
    path: "/weather",
    ask: "What is the weather in Graz?",
    steps: [{ action: "select", on: 'combobox "City"', text: "Graz" }],
    shows: "Graz: hail",
  },
  {
    id: "tabs",
    path: "/tabs",
    ask: "What are the opening hours? They are on another tab.",
    steps: [click('tab "Hours"')],
    shows: "Open from 9 to 12",
  },
  {
    id: "details",
    path: "/questions",
    ask: "How long is the warranty, by the answers on this page?",
    steps: [click('button "How long is the warranty?"')],
    shows: "Thirty months.",
  },
  {
    id: "new-window",
    path: "/window",
    ask: "What does the terms page say about returns? Go back to the first page afterwards.",
    steps: [click('link "Terms"'), { action: "back" }],
    shows: "The shop",
  },
  {
    id: "frame",
    path: "/frame",
    ask: "Press the button in the frame and tell me the number that appears.",
    steps: [click('button "Draw a number"')],
    shows: "Your number is 88",
  },
  {
    id: "wizard",
    path: "/wizard",
    ask: 'Go through the three steps: the city is "Linz", delivery is "By bicycle", then confirm.',
    steps: [
      type('textbox "City"', "Linz"),
      click('button "Continue"', true),
      click('radio "By bicycle"'),
      click('button "Continue"', true),
      click('button "Confirm"', true),
    ],
    shows: "Done: Linz by bicycle",
    sent: "/wizard/3 city=Linz&by=bicycle",
  },
  {
    id: "date",
    path: "/date",
    ask: "Book the 3rd of May 2027.",
    steps: [type('date "Day"', "2027-05-03"), click('button "Book"', true)],
    shows: "Booked for 2027-05-03",
    sent: "/date day=2027-05-03",
  },
  {
    id: "load-more",
    path: "/more",
    ask: "What is the fifth name in the list? More names are loaded by the button.",
    steps: [click('button "Load more"'), click('button "Load more"')],
    shows: "- Erika",
  },
  {
    id: "long-page",
    path: "/long",
    ask: "Somewhere far down the page stands a secret word behind the word password. Which is it?",
    steps: [{ action: "read", more: true }],
    shows: "the password is marmalade",
  },
  {
    id: "validation",
    path: "/age",
    ask: 'Enter the age 30; if "thirty" is refused, write it as a number.',
    steps: [
      type('textbox "Age"', "thirty"),
      click('button "Save"', true),
      type('textbox "Age"', "30"),
      click('button "Save"', true),
    ],
    shows: "Saved: 30",
    sent: "/age age=30",
  },
  {
    id: "editor",
    path: "/editor",
    ask: 'Write "Dear newt" into the editor and press Save.',
    steps: [type('textbox "Letter"', "Dear newt"), click('button "Save"', true)],
    shows: "Kept: Dear newt",
    sent: "/editor Dear newt",
  },
];

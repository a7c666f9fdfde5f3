/** What the human of `org demo` types, and what the viewer is told before. */

export interface Scene {
  readonly note: string;
  /** `{candidate}` stands for the newest candidate. */
  readonly line: string;
}

export const SCENES: readonly Scene[] = [
  {
    note: [
      "A human asks, and addresses no persona: agent answers. It looks with a shell, and hands over",
      "  to python, who computes.",
    ].join("\n"),
    line: "What is a typical response time in requests.csv?",
  },
  {
    note: [
      "That is wanted often, and no tool does it: the human asks the toolsmith for one.",
      "  Contract, cases, tests and program come one after the other, are tried in the sandbox,",
      "  and judged by the gate.",
    ].join("\n"),
    line: "@@toolsmith We need that often. Build a tool for the median of a list of numbers.",
  },
  {
    note: "What it made is a candidate: a branch beside main, which cannot be called yet.",
    line: "/cand",
  },
  {
    note: "The gate judges it once more, to look on. It never loads what it judges.",
    line: "/gate {candidate}",
  },
  {
    note: "The human approves: merged, signed, tagged.",
    line: "/promote",
  },
  {
    note: "Every persona has the tool at once.",
    line: "@@agent What is the median of 12, 480, 7, 31 and 9?",
  },
  {
    note: "Every promotion can be reverted.",
    line: "/rollback",
  },
  {
    note: "The tool is gone again.",
    line: "@@agent And of 4 and 10?",
  },
  {
    note: "That was all. What happened is checked with Git now.",
    line: "/quit",
  },
];

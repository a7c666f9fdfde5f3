/** What the models say in `org demo`, completion by completion. Written by hand: no model has said any of it. */
import { GOAL, MEDIAN } from "#test/forge-answers.ts";

export interface Words {
  readonly text?: string;
  readonly call?: { readonly name: string; readonly arguments: object };
  /** No viewer reads it as it comes: parts of a tool are written as fast as a server can. */
  readonly isPart?: boolean;
}

const LOOK = "head -3 /workspace/requests.csv; wc -l < /workspace/requests.csv";

const COMPUTE = `import csv, statistics
rows = csv.DictReader(open("/workspace/requests.csv"))
ms = [int(row["ms"]) for row in rows]
print("mean", statistics.mean(ms), "median", statistics.median(ms))
`;

const part = (text: string): Words => ({ text, isPart: true });

export const WORDS: readonly Words[] = [
  { text: "I look into the file first.", call: { name: "sh", arguments: { cmd: LOOK } } },
  {
    text: "One request a line, seven of them, the time in the column `ms`. What is typical should be computed and not guessed: @@python, please.",
  },
  { call: { name: "python_run", arguments: { code: COMPUTE } } },
  {
    text: "The mean is **712 ms**, the median **31 ms**. One payment took 4.8 s and pulls the mean up, so the median is what is typical.",
  },
  {
    text: "One tool: a list of numbers goes in, the one in the middle comes out; of an even count the mean of the two in the middle. An empty list is an error.",
    call: { name: "forge", arguments: { goal: GOAL, name: "median" } },
  },
  part(MEDIAN.spec),
  part(MEDIAN.cases),
  part(MEDIAN.tests),
  part(MEDIAN.wrongCode),
  part(MEDIAN.code),
  {
    text: "`median` is built, at the second try: the first program sorted numbers as if they were texts, 10 before 9, and the cases showed it. The gate lets it pass, and it waits for your approval.",
  },
  { call: { name: "median", arguments: { numbers: [12, 480, 7, 31, 9] } } },
  { text: "The median is **12**." },
  {
    text: "I have no tool for that any more: `median` was reverted. Another `/rollback` would revert the rollback.",
  },
];

import { expect, test } from "bun:test";
import type { Attempt } from "./attempt.ts";
import { table } from "./report.ts";
import { taskReport } from "./task-report.ts";

function attempt(more: Partial<Attempt>): Attempt {
  return {
    ...{ task: "multiply", kind: "plain", heldout: false, contestant: "org", run: 1 },
    ...{ right: true, ended: "answered", calls: 2, ran: 2, succeeded: 1, requests: 3 },
    ...{ evaluated: 900, reused: 100, written: 50, ms: 1400, text: "4", answers: ["4"] },
    ...more,
  };
}

test("the report adds up the attempts of each contestant", () => {
  const attempts = [
    attempt({}),
    attempt({ run: 2, right: false, ended: "silence" }),
    attempt({ task: "winner", kind: "folder", heldout: true, right: false, ended: "time" }),
    attempt({ contestant: "loop", succeeded: 0, reused: undefined }),
  ];
  const kinds = { plain: "plain", folder: "about a folder" };
  const report = taskReport({ title: "tasks: m", set: { kinds, success: "right" }, attempts });
  expect(table(report)).toMatchInlineSnapshot(`
    "tasks: m
                                        org      loop
      right                             1 of 3   1 of 1
        plain                           1 of 2   1 of 1
        about a folder                  0 of 1   –
        for tuning                      1 of 2   1 of 1
        held out                        0 of 1   –
      right, and a call had succeeded   1        0
      calls made                        6        2
      calls that ran                    6        2
      calls that succeeded              3        0
      turns with an answer              1        1
      turns ended by: approval          0        0
      turns ended by: silence           1        0
      turns ended by: markup            0        0
      turns ended by: error             0        0
      turns ended by: time              1        0
      requests                          9        3
      prompt tokens evaluated           2,700    900
      prompt tokens reused              300      not told
      tokens written                    150      50
      seconds                           3        1

    tasks: m: right of the runs of each task
                 org                loop
      multiply   1 of 2 (silence)   1 of 1
      winner     0 of 1 (time)      0 of 0
    "
  `);
});

test("the report of changes tells what was refused, and what passes and is not handed over", () => {
  const attempts = [
    attempt({ kind: "fix", passed: true, gate: "passes", edits: { made: 3, refused: 1 } }),
    attempt({ kind: "fix", right: false, passed: true, gate: "refused" }),
    attempt({ kind: "add", right: false, passed: false, edits: { made: 1, refused: 1 } }),
    attempt({ kind: "fix", contestant: "loop", passed: true }),
  ];
  const kinds = { fix: "fix a bug", add: "add a function" };
  const [report] = taskReport({ title: "t", set: { kinds, success: "solved" }, attempts });
  expect(report?.rows).toContainEqual(["solved", "1 of 3", "1 of 1"]);
  expect(report?.rows).toContainEqual(["  fix a bug", "1 of 2", "1 of 1"]);
  expect(report?.rows).toContainEqual(["files pass, and nothing is handed over", "1", "0"]);
  expect(report?.rows).toContainEqual(["edits made", "4", "no such tool"]);
  expect(report?.rows).toContainEqual(["edits refused", "2", "no such tool"]);
});

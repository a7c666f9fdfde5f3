/** Which words of a command line are programs; `called-files.test.ts` has what is held for them. */
import { expect, test } from "bun:test";
import { measuredBy, startedBy } from "./command-lines.ts";

test.each<[check: string, path: string]>([
  ["node -r ./setup.js check.js", "check.js"],
  ["python3 -W ignore check.py", "check.py"],
  ["bun --cwd packages/api check.ts", "packages/api/check.ts"],
  ["timeout -s KILL 60 node check.js", "check.js"],
  ["taskset -c 0 node check.js", "check.js"],
  ["uv run --with x check.py", "check.py"],
  ["poetry run python check.py", "check.py"],
  ["pnpm exec tsx check.ts", "check.ts"],
  ["go run ./cmd/check", "cmd/check"],
  ["bash -o pipefail check.sh", "check.sh"],
  ["sudo -u nobody ./check.sh", "check.sh"],
  ["npx -y tsx check.ts", "check.ts"],
  [`env ${"NAME=value ".repeat(200)}node check.js`, "check.js"],
  [`xvfb-run ${"--option value ".repeat(50)}node check.js`, "check.js"],
])("a check starts what stands behind options and wrappers, in %p: %s", (check, path) => {
  expect(startedBy(check)).toContain(path);
});

test.each<[check: string, path: string]>([
  ["python3 -u tools/t.py --data data/x.json", "data/x.json"],
  ["uv run pytest tests", "tests"],
  ["npm run build", "build"],
  ["npx eslint src/main.js", "src/main.js"],
  ["go test ./cmd/app", "cmd/app"],
  ["timeout 60 cat src/main.js", "src/main.js"],
  ['test "$(sh greet.sh)" = "Hello."', "greet.sh"],
])("what a check works on is not taken for a program, in %p: %s", (check, path) => {
  expect(startedBy(check)).not.toContain(path);
});

test("of a measure every word counts but what a program only looks at", () => {
  expect(measuredBy("A=one.js timeout 5 run-it --with=two.js $(cat three.txt) < four.txt")).toEqual(
    expect.arrayContaining(["one.js", "run-it", "two.js"]),
  );
  const looked = measuredBy("run-it | wc -c three.txt; cat four.txt");
  expect(looked).not.toContain("three.txt");
  expect(looked).not.toContain("four.txt");
});

import { expect, test } from "bun:test";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { homePaths } from "#home/home-paths.ts";
import { changeFields, inGateLog, stageFields } from "./gate-log.ts";

test("the lines of a run have one id, and one that comes to nothing says why", async () => {
  const home = await mkdtemp(join(tmpdir(), "org-gate-log-"));
  const about = { home, cleaner: new TextCleaner(), what: "promote", subject: "cand/1" };
  await inGateLog(about, (log) => {
    log.info(
      "judged",
      stageFields({ id: "S1", result: "pass", ms: 2, reason: "fine", details: [] }),
    );
    return Promise.resolve();
  });
  const failed = await inGateLog(about, () => Promise.reject(new Error("no way"))).catch(
    (error) => error,
  );
  expect(failed).toMatchObject({ message: "no way" });
  const text = await readFile(join(homePaths(home).logs, "gate.ndjson"), "utf8");
  const lines = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.map(({ msg }) => msg)).toEqual([
    "promote began",
    "judged",
    "promote began",
    "promote failed: no way",
  ]);
  const ids = lines.map(({ request_id: id }) => id);
  expect([ids[0] === ids[1], ids[2] === ids[3], ids[0] === ids[2]]).toEqual([true, true, false]);
  expect(lines[1]).toMatchObject({ stage: "S1", result: "pass" });
  await rm(home, { recursive: true });
});

test("a change without a note has none in its line", () => {
  const change = { tag: "promotion/1", from: "a", to: "b", note: null };
  expect(changeFields(change)).toEqual({
    tag: "promotion/1",
    from: "a",
    to: "b",
    note: undefined,
  });
});

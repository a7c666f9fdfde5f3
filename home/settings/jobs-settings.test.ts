import { expect, test } from "bun:test";
import { parseConfig } from "./config-schema.ts";
import { jobsSettings } from "./jobs-settings.ts";

test("without a word jobs have one worker, and ids are kept for five minutes", () => {
  expect(jobsSettings({})).toEqual({
    workers: 1,
    keeping: { idMs: 300_000, endedMs: 86_400_000, deadMs: 2_592_000_000 },
  });
});

test("a job can be looked at at least as long as its id is taken", () => {
  const { keeping } = jobsSettings({ id_seconds: 7200, keep_hours: 1 });
  expect(keeping).toMatchObject({ idMs: 7_200_000, endedMs: 7_200_000 });
});

test.each([
  ["workers", 0],
  ["workers", 65],
  ["id_seconds", 0],
  ["keep_hours", 1.5],
  ["dead_days", "3"],
])("%s = %p is refused", (name, value) => {
  expect(parseConfig({ jobs: { [name]: value } })).toMatchObject({
    problems: [{ path: ["jobs", name] }],
  });
});

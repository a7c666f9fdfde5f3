import { expect, test } from "bun:test";
import { GROUP } from "#core/mode.ts";
import { promptOf } from "./prompt.ts";

test.each([
  [0, 0, "[group → agent] > "],
  [2, 0, "[group → agent · 2 queued] > "],
  [0, 1, "[group → agent · 1 to review] > "],
  [1, 3, "[group → agent · 1 queued · 3 to review] > "],
])("%i lines that wait and %i notes to review stand in the prompt", (queued, toReview, text) => {
  expect(promptOf({ mode: GROUP, nextSpeakers: ["agent"], queued, toReview })).toBe(text);
});

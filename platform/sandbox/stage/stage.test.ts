import { expect, test } from "bun:test";
import { NO_STAGE, stageFor } from "./stage.ts";

test("no folder needs no stage", async () => {
  expect(await stageFor([])).toBe(NO_STAGE);
});

test("where none can be built, folders are shown as they lie on the host", async () => {
  // A user who may not mount fails; root fails because the folder does not exist.
  const stage = await stageFor(["/nonexistent/folder"]);
  expect(stage.enter).toEqual([]);
  expect(stage.locate("/nonexistent/folder")).toBe("/nonexistent/folder");
  expect(stage.isWritable("/nonexistent/folder")).toBe(false);
});

test("is built once for the same folders", () => {
  expect(stageFor(["/nonexistent/a"])).toBe(stageFor(["/nonexistent/a"]));
  expect(stageFor(["/nonexistent/a"])).not.toBe(stageFor(["/nonexistent/b"]));
  expect(stageFor(["/nonexistent/a"])).not.toBe(stageFor([], ["/nonexistent/a"]));
});

import { expect, test } from "bun:test";
import { nearestNames } from "./nearest.ts";

const names = ["agent", "python", "toolsmith"];

test("offers what was probably meant", () => {
  expect(nearestNames("pyhton", names)).toEqual(["python"]);
  expect(nearestNames("Agnet", names)).toEqual(["agent"]);
});

test("offers a name that stands there twice once", () => {
  expect(nearestNames("nope", ["name", "model", "model"])).toEqual(["name", "model"]);
});

test("offers nothing for what resembles nothing", () => {
  expect(nearestNames("zzzzzzzzzzzz", names)).toEqual([]);
  expect(nearestNames("x".repeat(1_000_000), names)).toEqual([]);
  expect(nearestNames("", ["a", "ab"])).toEqual([]);
});

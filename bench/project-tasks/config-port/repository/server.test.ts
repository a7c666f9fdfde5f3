import { expect, test } from "bun:test";
import { portOf } from "./server.ts";

test("the port is that of the environment", () => {
  expect(portOf({ PORT: "81" })).toBe(81);
  expect(portOf({})).toBe(8080);
});

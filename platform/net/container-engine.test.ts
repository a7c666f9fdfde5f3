import { expect, spyOn, test } from "bun:test";
import { EngineDouble } from "#test/engine-double.ts";
import { ContainerEngine } from "./container-engine.ts";

test("a program that says nothing is waited for: only our own limits end a request", async () => {
  await using double = new EngineDouble();
  using asked = spyOn(globalThis, "fetch");
  await new ContainerEngine(double.socket).isPodman();
  expect(asked.mock.calls[0]?.[1]).toMatchObject({ unix: double.socket, timeout: false });
});

import { expect, test } from "bun:test";
import { TestVisitor, testDashboard } from "#test/dashboard.ts";
import { assets } from "./assets.ts";

test("the stylesheet is small, and kept for ever by its name", async () => {
  await using board = await testDashboard({ screens: [] });
  const visitor = new TestVisitor(board.url);
  const path = /href="(\/ui\/assets\/style-[^"]+)"/.exec(await visitor.page("/ui/sign-in"))?.[1];
  const style = await visitor.get(path ?? "");
  expect(style.headers.get("content-type")).toBe("text/css; charset=utf-8");
  expect(style.headers.get("cache-control")).toContain("immutable");
  expect(Bun.gzipSync(await style.arrayBuffer()).length).toBeLessThan(8 * 1024);
  expect((await visitor.get("/ui/assets/style-000000000000.css")).status).toBe(404);
});

test("the module of what is live stays well below the 10 kB that it may have, compressed", async () => {
  const { live } = await assets();
  expect(live.type).toBe("text/javascript; charset=utf-8");
  // Measured: 2.0 kB. The budget is 10 kB; what comes near it is another design.
  expect(Bun.gzipSync(live.text).length).toBeLessThan(4 * 1024);
});

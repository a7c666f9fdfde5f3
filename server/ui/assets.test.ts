import { expect, test } from "bun:test";
import { TestVisitor, testDashboard } from "#test/dashboard.ts";

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

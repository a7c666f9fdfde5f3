import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type DashboardHome, dashboardHome } from "#test/dashboard-home.ts";

let home: DashboardHome;
beforeAll(async () => {
  home = await dashboardHome();
});
afterAll(async () => {
  await home[Symbol.asyncDispose]();
});

/** Every page of a home in which nothing has happened, and what it says to do. */
const EMPTY = [
  ["/ui", "Waits for you"],
  ["/ui/gate", "No candidate waits."],
  ["/ui/gate/lineage", "The gate has not moved main yet."],
  ["/ui/tools", "word-count"],
  ["/ui/jobs", "No job was ever submitted."],
  ["/ui/goals", "No goal was set yet."],
  ["/ui/memory", "No note waits for your review."],
  ["/ui/memory?show=active", "No note is kept."],
  ["/ui/health", "There is no backup yet."],
  ["/ui/budgets", "Nothing was spent in the last 14 days."],
] as const;

test.each(EMPTY)("%s of a new home says what it lacks: %s", async (path, text) => {
  const answer = await home.visitor.get(path);
  expect(answer.status).toBe(200);
  const page = await answer.text();
  expect(page).toContain(text);
  expect(page).not.toContain("[object");
  expect(page).not.toContain("undefined");
  // Nothing of a page is done by a script or a style in it.
  expect(page).not.toMatch(/<script(?! type="module" src)|<style|style="|onclick=|javascript:/);
});

test("a look at a new home leaves no database behind that was not there", async () => {
  const made = await Array.fromAsync(
    new Bun.Glob("**/*.sqlite").scan({ cwd: home.path, dot: true }),
  );
  expect(made.filter((path) => /memory|spending|autonomy|tool-uses|supervisor/.test(path))).toEqual(
    [],
  );
});

describe("a form that no page of the session has sent", () => {
  const forms = [
    "/ui/gate/candidates/x/promote",
    "/ui/gate/candidates/x/reject",
    "/ui/gate/lineage/rollback",
    "/ui/tools/word-count/disable",
    "/ui/tools/word-count/enable",
    "/ui/tools/word-count/retire",
    "/ui/jobs/x/cancel",
    "/ui/jobs/x/requeue",
    "/ui/goals",
    "/ui/goals/autonomy",
    "/ui/memory",
    "/ui/memory/m1/trust",
    "/ui/memory/m1/forget",
    "/ui/rules/off",
    "/ui/health/tasks",
    "/ui/health/fixes/1",
    "/ui/health/roles",
    "/ui/health/kinds",
    "/ui/health/processes",
  ];

  test.each(forms)("is refused at %s", async (path) => {
    expect((await home.visitor.post(path, {})).status).toBe(403);
    expect((await home.visitor.post(path, { csrf: "other" })).status).toBe(403);
  });

  test.each(forms)("is refused at %s with the rights of a reader", async (path) => {
    const reader = await home.board.signIn("read");
    expect((await reader.submit(path, {}, "/ui/nothing")).status).toBe(403);
  });

  test("nothing was started by any of them", () => {
    expect(home.started).toEqual([]);
  });
});

test("pages that ask before something is decided are closed to readers", async () => {
  const reader = await home.board.signIn("read");
  for (const path of [
    "/ui/tools/word-count/retire",
    "/ui/gate/lineage/rollback",
    "/ui/health/processes/current/stop",
  ]) {
    expect(await reader.page(path)).toContain("This session may not do that");
  }
});

test("a part that cannot be looked at hides none of the others on the first page", async () => {
  await using other = await dashboardHome();
  other.repository.git("checkout", "--quiet", "--detach");
  other.repository.git("branch", "--quiet", "-D", "main");
  const page = await other.page("/ui");
  expect(page).toContain("could not be looked at");
  expect(page).toContain("there is no backup yet");
});

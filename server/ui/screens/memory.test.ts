import { afterEach, beforeEach, expect, test } from "bun:test";
import { type DashboardHome, dashboardHome } from "#test/dashboard-home.ts";

let home: DashboardHome;
beforeEach(async () => {
  home = await dashboardHome();
});
afterEach(async () => {
  await home[Symbol.asyncDispose]();
});

const { signal } = new AbortController();
const TEXT = "<b>Reports</b> go to the folder \u202E out/ as CSV.";

async function notes(states: readonly ("staged" | "active")[] = ["active"]) {
  return (await home.own.memory({ kind: "list", states }, signal)).notes;
}

async function stage(): Promise<void> {
  const draft = { text: TEXT, kind: "fact", staged: true } as const;
  await home.own.memory({ kind: "add", draft }, signal);
}

test("a note that waits is shown as text, and counts as the user's word once it is trusted", async () => {
  await stage();
  const page = await home.page("/ui/memory");
  expect(page).toContain("&lt;b&gt;Reports&lt;/b&gt; go to the folder ⟨U+202E⟩ out/ as CSV.");
  expect(page).toContain("waits for you");
  expect(await home.page("/ui")).toContain("1 note to review");
  expect(await home.submit("/ui/memory/m1/trust")).toBe("/ui/memory");
  expect(await home.page("/ui/memory")).toContain("m1 counts as your own word from now on.");
  expect(await notes()).toMatchObject([{ id: 1, state: "active", trust: "human" }]);
  expect(await home.page("/ui/memory")).toContain("No note waits for your review.");
});

test("a note is forgotten after a page that asks, for good", async () => {
  await stage();
  const question = await home.page("/ui/memory/m1/forget");
  expect(question).toContain("Forget m1?");
  expect(question).toContain("org memory forget m1");
  expect(await notes(["staged"])).toHaveLength(1);
  expect(await home.submit("/ui/memory/m1/forget")).toBe("/ui/memory");
  expect(await home.page("/ui/memory")).toContain("m1 is forgotten.");
  expect(await notes(["staged", "active"])).toEqual([]);
  expect(await home.submit("/ui/memory/m1/trust")).toBe(404);
});

test("a note is added, found by a search and shown with where it came from", async () => {
  const fields = { text: "The shop opens at nine.", kind: "fact" };
  expect(await home.submit("/ui/memory", fields)).toBe("/ui/memory?show=active");
  expect(await home.submit("/ui/memory", fields)).toBe("/ui/memory?show=active");
  expect(await home.page("/ui/memory?show=active")).toContain("m1 says this already.");
  expect(await home.page("/ui/memory?q=when+does+the+shop+open")).toContain(
    "The shop opens at nine.",
  );
  expect(await home.page("/ui/memory?q=zebra")).toContain("Found for");
  const page = await home.page("/ui/memory/m1");
  expect(page).toContain("every persona of this home");
  expect(page).toContain("human");
});

test("what is not a note is refused, and nothing is saved", async () => {
  expect(await home.submit("/ui/memory", { text: "a", kind: "fact" })).toBe(400);
  expect(await home.submit("/ui/memory", { text: "A long text.", kind: "insight" })).toBe(400);
  const secret = { text: `The key is ghp_${"a1B2".repeat(9)}.`, kind: "fact" };
  expect(await home.submit("/ui/memory", secret)).toBe(400);
  expect((await home.visitor.get("/ui/memory/m9")).status).toBe(404);
  expect((await home.visitor.get("/ui/memory/what")).status).toBe(404);
  expect(await notes(["staged", "active"])).toEqual([]);
});

test("many notes stand on pages", async () => {
  for (let number = 1; number <= 35; number += 1) {
    const draft = { text: `House ${number} has ${number * 7} windows.`, kind: "fact" } as const;
    await home.own.memory({ kind: "add", draft }, signal);
  }
  const first = await home.page("/ui/memory?show=active");
  expect(first).toContain("House 35 ");
  expect(first).not.toContain("House 3 ");
  expect(first).toContain("← Older");
  const second = await home.page("/ui/memory?show=active&page=2");
  expect(second).toContain("House 3 ");
  expect(second).toContain("Newer →");
});

import { afterEach, beforeEach, expect, test } from "bun:test";
import { join } from "node:path";
import { UseStore } from "#home/use-store.ts";
import { type DashboardHome, dashboardHome } from "#test/dashboard-home.ts";
import { registerTool } from "#test/registered-tool.ts";

let home: DashboardHome;
beforeEach(async () => {
  home = await dashboardHome();
  await registerTool(join(home.path, "tools/generated"), {
    name: "shout",
    description: "Shouts <b>loudly</b>, \u202E and backwards.",
    asks: ["shout <i>this</i>"],
  });
});
afterEach(async () => {
  await home[Symbol.asyncDispose]();
});

test("a promoted tool is shown with its contract, its cases and its uses", async () => {
  {
    using store = new UseStore(home.paths.toolUses);
    for (let use = 0; use < 3; use += 1) {
      store.add({
        tool: "shout",
        ok: use > 0,
        outcome: use > 0 ? undefined : "breakdown",
        at: Date.now(),
      });
    }
  }
  await home.own.journal.append("r1", {
    key: "1",
    event: {
      type: "tool-result",
      turn: "t",
      persona: "agent",
      id: "c",
      name: "shout",
      ok: true,
      output: "",
      size: 0,
      ms: 5,
    },
  });
  const list = await home.page("/ui/tools");
  expect(list).toContain("Shouts &lt;b&gt;loudly&lt;/b&gt;, ⟨U+202E⟩ and backwards.");
  expect(list).not.toContain("<b>loudly");
  const page = await home.page("/ui/tools/shout");
  expect(page).toContain("shout &lt;i&gt;this&lt;/i&gt;");
  expect(page).toContain("contentHash");
  expect(page).toContain("<code>{}</code></th>");
  // One of four broke down: (1 + 3) / (2 + 4).
  expect(page).toContain("0.67");
  expect(page).toContain("<dd>4</dd>");
  expect(page).toContain("1 case: 100 % of its lines reached");
});

test("calls are drawn by the hundred, and one that lost more than 5 % is shown as worse", async () => {
  {
    using store = new UseStore(home.paths.toolUses);
    for (let use = 0; use < 220; use += 1) {
      const ok = use < 100 || use % 10 > 0;
      store.add({ tool: "shout", ok, outcome: ok ? undefined : "breakdown", at: use + 1 });
    }
  }
  for (const path of ["/ui/tools", "/ui/tools/shout"]) {
    const page = await home.page(path);
    expect(page).toContain(
      'role="img" aria-label="3 windows of 100 calls: 90.0 % of the newest went well, 1 lost more than 5 % against the one before."',
    );
    expect(page.match(/<rect class="harm"/g)).toHaveLength(1);
    expect(page).toContain("95.0 %");
  }
});

test("a tool is switched off and on, and a built-in one is not", async () => {
  expect(await home.submit("/ui/tools/shout/disable")).toBe("/ui/tools/shout");
  const page = await home.page("/ui/tools/shout");
  expect(page).toContain("shout is disabled.");
  expect(page).toContain("the user has switched it off");
  expect(await home.submit("/ui/tools/shout/enable")).toBe("/ui/tools/shout");
  expect(await home.page("/ui/tools/shout")).toContain('<span class="badge good">ready</span>');
  expect(await home.submit("/ui/tools/sh/disable")).toBe(400);
  expect(await home.submit("/ui/tools/none/disable")).toBe(404);
});

test("a tool that nothing has judged cannot be called, and says why", async () => {
  const page = await home.page("/ui/tools/word-count");
  expect(page).toContain("Cannot be called");
  expect(page).toContain('<span class="badge bad">refused</span>');
});

test("a retirement begins after a page that asks, as a candidate", async () => {
  expect(await home.page("/ui/tools/shout/retire")).toContain("Retire shout?");
  expect(await home.submit("/ui/tools/shout/retire")).toBe("/ui/gate");
  expect(home.started).toEqual([["tools", "retire", "shout"]]);
  expect(await home.submit("/ui/tools/none/retire")).toBe(404);
});

test("tools are found by what they do", async () => {
  const page = await home.page("/ui/tools?q=shout+this");
  expect(page).toContain("Found for");
  expect(page).toContain('<a href="/ui/tools/shout">');
});

import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RoomEvent } from "#core/events.ts";
import { openRegistry } from "#tools/registry/open-registry.ts";
import { calling, DONE, memoryProvider, saying } from "./memory-provider.ts";
import { registerTool } from "./registered-tool.ts";
import { openTestRoom, sayAndWait, testJournal } from "./room-fixture.ts";

const SUM = `import { z } from "zod";
export const input = z.object({ values: z.array(z.number()) });
export async function run({ values }) { return values.reduce((sum, one) => sum + one, 0); }
`;
const CONTRACT = {
  name: "sum",
  description: "Adds numbers up.",
  input: {
    type: "object",
    properties: { values: { type: "array", items: { type: "number" } } },
    required: ["values"],
  },
  output: { type: "number" },
};

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "org-registry-room-"));
  mkdirSync(join(home, "tools", "generated"), { recursive: true });
});
afterEach(() => rmSync(home, { recursive: true }));

/** A model that calls `sum` in the first completion of each turn, and says what came of it in the second. */
const summing = () =>
  memoryProvider(({ messages }) => {
    const last = messages.at(-1);
    if (last?.role === "tool") return saying(`It said: ${last.content}`);
    return [calling("sum", { values: [1, 2, 3] }), DONE];
  });

const openHomeRegistry = () =>
  openRegistry({
    paths: {
      root: home,
      disabledTools: join(home, ".org", "disabled"),
      toolMemory: join(home, ".org", "memory.sqlite"),
    },
    ...{ builtIn: [], filesRoot: home },
  });

/** What the tools of a line gave, in order. */
function resultsOf(events: readonly RoomEvent[]): readonly unknown[] {
  return events.flatMap((one) =>
    one.type === "tool-result" ? [{ ok: one.ok, output: one.output }] : [],
  );
}

test("a promoted tool is there for every persona of an open room, a changed or disabled one is not", async () => {
  await using store = await testJournal();
  using registry = openHomeRegistry();
  const provider = summing();
  const { journal } = store;
  await using room = await openTestRoom({ journal, url: "", provider, registry });
  const declared = () => provider.requests.at(-1)?.tools.map(({ name }) => name) ?? [];
  const root = join(home, "tools", "generated");

  const [none] = resultsOf(await sayAndWait(room, "@@agent add"));
  expect(none).toMatchObject({ ok: false, output: expect.stringContaining("no tool sum") });

  await registerTool(root, CONTRACT, SUM);
  for (const persona of ["agent", "python", "toolsmith"]) {
    const events = await sayAndWait(room, `@@${persona} add`);
    expect(resultsOf(events)).toEqual([{ ok: true, output: "6" }]);
    expect(declared()).toContain("sum");
  }

  await registerTool(root, CONTRACT, SUM.replace("sum + one, 0", "sum + one, 100"));
  expect(resultsOf(await sayAndWait(room, "@@agent add"))).toEqual([{ ok: true, output: "106" }]);

  await registry.switch("sum", false);
  expect(resultsOf(await sayAndWait(room, "@@agent add"))).toMatchObject([{ ok: false }]);
  expect(declared()).not.toContain("sum");
  await registry.switch("sum", true);

  writeFileSync(join(root, "sum", "tool.ts"), SUM.replace("sum + one, 0", "sum + one, 7"));
  expect(resultsOf(await sayAndWait(room, "@@agent add"))).toMatchObject([{ ok: false }]);
  const listed = (await room.tools()).find(({ name }) => name === "sum");
  expect(listed).toMatchObject({ state: "changed", why: "not what was judged: tool.ts" });
});

import { expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promotionPaths } from "./paths.ts";
import { verdictCounts } from "./verdict-counts.ts";
import { type NewVerdict, VerdictStore } from "./verdict-store.ts";

test("verdicts are counted by what they are and where they fell; asking makes no gate", () => {
  const home = mkdtempSync(join(tmpdir(), "org-verdicts-"));
  try {
    expect(verdictCounts(home)).toEqual([]);
    expect(existsSync(join(home, ".org"))).toBe(false);
    const about = { candidate: "c", branch: "b", main: "m", intent: "", attempt: 1, reason: "" };
    const verdictFields = { ...about, ms: 1, record: "{}", signature: "", at: 1 };
    using store = new VerdictStore(promotionPaths(home).verdicts);
    const add = (verdict: NewVerdict["verdict"], stage: string | null) =>
      store.add({ ...verdictFields, verdict, stage });
    add("reject", "S2");
    add("promote", null);
    add("reject", "S2");
    expect(verdictCounts(home)).toEqual([
      { verdict: "promote", stage: null, count: 1 },
      { verdict: "reject", stage: "S2", count: 2 },
    ]);
  } finally {
    rmSync(home, { recursive: true });
  }
});

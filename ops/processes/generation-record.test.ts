import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generationOnPort, readGeneration, recordGeneration } from "./generation-record.ts";

test("a record counts while its process lives, and goes with it", async () => {
  const home = mkdtempSync(join(tmpdir(), "org-generation-"));
  try {
    expect(await readGeneration(home, "candidate")).toBeUndefined();
    const about = { name: "candidate", port: 7002, commit: "c1", branch: "cand/x" } as const;
    {
      await using _ = await recordGeneration(home, about);
      expect(await readGeneration(home, "candidate")).toMatchObject({ ...about, pid: process.pid });
      expect((await generationOnPort(home, 7002))?.branch).toBe("cand/x");
      expect(await generationOnPort(home, 7001)).toBeUndefined();
    }
    expect(await readGeneration(home, "candidate")).toBeUndefined();
    const path = join(home, ".org", "run", "generation-current.json");
    const dead = { name: "current", pid: 1, startTime: 5, boot: "another", port: 1, commit: "c" };
    await Bun.write(path, JSON.stringify(dead));
    expect(await readGeneration(home, "current")).toBeUndefined();
    await Bun.write(path, "{");
    expect(await readGeneration(home, "current")).toBeUndefined();
  } finally {
    rmSync(home, { recursive: true });
  }
});

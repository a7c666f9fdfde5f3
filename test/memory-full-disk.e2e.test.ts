/** A memory on a disk that is full: what it confirmed stays, what it refuses it says, and with room again it goes on. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { textLines } from "#core/lines.ts";
import type { DiskAnswer, DiskOrder } from "./memory/full-disk-child.ts";

setDefaultTimeout(600_000);

const PROGRAM = join(import.meta.dir, "memory/full-disk-child.ts");
/** Of the disk, in bytes: a few times an empty memory. */
const SIZE = 2 * 1024 * 1024;

interface SmallDisk extends AsyncDisposable {
  readonly ask: (order: DiskOrder) => Promise<DiskAnswer>;
}

/** A memory on a disk of its own, which is gone with it. */
function smallDisk(): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), "org-full-disk-"));
  const disk = ["--size", `${SIZE}`, "--tmpfs", folder];
  const shared = ["--dev-bind", "/", "/", "--unshare-pid", "--proc", "/proc", "--die-with-parent"];
  const child = Bun.spawn(["bwrap", ...shared, ...disk, process.execPath, PROGRAM, folder], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const answers = textLines(child.stdout)[Symbol.asyncIterator]();
  return {
    ask: async (order) => {
      child.stdin.write(`${JSON.stringify(order)}\n`);
      child.stdin.flush();
      const { value, done } = await answers.next();
      if (done === true) throw new Error(`It ended at ${JSON.stringify(order)}`);
      return JSON.parse(value);
    },
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await child.exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const textOf = (n: number) =>
  `The pebble n${n}end lies in the garden; ${"it is grey. ".repeat(60)}`;

/** Saves until it is refused. @returns what was confirmed, and the refusal. */
async function saveUntilRefused(disk: SmallDisk, from: number) {
  const saved: string[] = [];
  for (let n = from; ; n += 1) {
    const text = textOf(n).trim();
    const answer = await disk.ask({ do: "save", text });
    if (answer.refused !== undefined) return { saved, refusal: answer };
    saved.push(text);
  }
}

test("nothing that was confirmed is lost, what is refused was not kept, and with room it goes on", async () => {
  await using disk = smallDisk();
  const { id: first = 0 } = await disk.ask({ do: "save", text: "The gate is green." });
  await disk.ask({ do: "fill" });
  const { saved, refusal } = await saveUntilRefused(disk, 0);
  expect(refusal).toMatchObject({
    refused: "JOURNAL_FAILED",
    why: expect.stringContaining("full"),
    remedies: expect.arrayContaining([expect.stringContaining("df")]),
  });
  const sorted = (texts: readonly string[] | undefined) => [...(texts ?? [])].sort();
  const all = sorted(["The gate is green.", ...saved]);
  const full = await disk.ask({ do: "look" });
  expect([sorted(full.texts), full.problems]).toEqual([all, []]);
  const replacing: DiskOrder = { do: "save", text: textOf(9999).trim(), replaces: first };
  expect(await disk.ask(replacing)).toMatchObject({ refused: "JOURNAL_FAILED" });
  expect(sorted((await disk.ask({ do: "look" })).texts)).toEqual(all);
  await disk.ask({ do: "empty" });
  expect(await disk.ask(replacing)).toMatchObject({ id: expect.any(Number) });
  const after = sorted([textOf(9999).trim(), ...saved]);
  for (const order of [{ do: "look" }, { do: "reopen" }] as const) {
    await disk.ask(order);
    const seen = await disk.ask({ do: "look" });
    expect([sorted(seen.texts), seen.problems]).toEqual([after, []]);
    expect(seen.found).toContain(textOf(9999).trim());
  }
});

test("what was forgotten on a full disk is overwritten as soon as there is room at a start", async () => {
  await using disk = smallDisk();
  const ids: number[] = [];
  for (let n = 0; n < 20; n += 1) {
    ids.push((await disk.ask({ do: "save", text: textOf(n) })).id ?? 0);
  }
  await disk.ask({ do: "fill" });
  await saveUntilRefused(disk, 100);
  const answer = await disk.ask({ do: "forget", id: ids[3] ?? 0 });
  expect(answer).toMatchObject({ refused: "JOURNAL_FAILED", why: expect.stringContaining("full") });
  await disk.ask({ do: "empty" });
  await disk.ask({ do: "forget", id: ids[4] ?? 0 });
  await disk.ask({ do: "reopen" });
  const { texts, problems } = await disk.ask({ do: "look" });
  expect(texts).not.toContain(textOf(4).trim());
  expect(texts).toContain(textOf(5).trim());
  expect(problems).toEqual([]);
});

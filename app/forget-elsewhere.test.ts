import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { AutonomyStore } from "#home/autonomy/autonomy-store.ts";
import { endedBurst, readReport } from "#home/autonomy/burst-report.ts";
import { createHome, homePaths } from "#home/home-paths.ts";
import { openMemory } from "#memory/open-memory.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { ownHome } from "#server/socket/open-home.ts";
import { filesWith } from "#test/killed-child.ts";
import { besideMemory } from "#test/memory/beside-memory.ts";
import { forgetBeside, forgetElsewhere, forgetInCandidate } from "./forget-elsewhere.ts";
import { HomeMemory } from "./memory.ts";

const TEXT = "The vault of Zorbulon opens with a brass key.";
const OTHER = "The shop is deployed on Fridays.";

test("what bursts and the digest say of a forgotten note stands in no file any more, and all else does", async () => {
  await using folder = await temporaryFolder("forget-elsewhere");
  const paths = {
    digest: join(folder.path, "digest.json"),
    autonomy: join(folder.path, "autonomy.sqlite"),
  };
  const merges = [
    { sources: [1, 2], text: "One brass key opens it." },
    { sources: [2, 3], text: `Indeed: ${TEXT}` },
    { sources: [3, 4], text: OTHER },
  ];
  await Bun.write(paths.digest, JSON.stringify({ turns: { complete: 3 }, merges }));
  const deed = { what: `reflect ${TEXT}`, why: "worth knowing", outcome: "done" } as const;
  const did = [
    { ...deed, result: "kept as m1" },
    {
      ...deed,
      what: `reflect ${OTHER}`,
      result: `memory: the vault of ZORBULON opens with a brass key`,
    },
  ];
  const report = { end: "done", text: OTHER, did, refused: [TEXT], tokens: 1, calls: 1, ms: 1 };
  {
    using store = new AutonomyStore(paths.autonomy);
    store.begin("b1", 1);
    store.append("b1", JSON.stringify({ action: { args: { text: TEXT } }, text: OTHER }));
    store.finish("b1", endedBurst(report, 2));
    store.begin("b2", 3);
    store.append("b2", JSON.stringify({ text: [TEXT] }));
  }
  await forgetElsewhere(paths, { id: 1, text: TEXT });
  for (const part of ["Zorbulon", "ZORBULON", "brass"]) {
    expect(filesWith(folder.path, part)).toEqual([]);
  }
  expect(await Bun.file(paths.digest).json()).toEqual({
    ...{ turns: { complete: 3 }, merges: [{ sources: [3, 4], text: OTHER }] },
  });
  using store = new AutonomyStore(paths.autonomy);
  const [burst] = store.since(0);
  expect(burst && readReport(burst)?.did).toEqual([
    { ...deed, what: "[forgotten]", result: "kept as m1" },
    { ...deed, what: `reflect ${OTHER}`, result: "[forgotten]" },
  ]);
  expect(store.steps("b2")).toEqual(['{"text":["[forgotten]"]}']);
});

test.each(["\u0000{", '{"merges":1}', `{"merges":[{"text":"${TEXT}"}]}`])(
  "a digest that cannot be read may hold it, and goes: %j",
  async (text) => {
    await using folder = await temporaryFolder("forget-elsewhere");
    const paths = { digest: join(folder.path, "digest.json"), autonomy: join(folder.path, "none") };
    await Bun.write(paths.digest, text);
    await forgetElsewhere(paths, { id: 1, text: TEXT });
    expect(existsSync(paths.digest)).toBe(false);
  },
);

test("a home that has neither stays without them", async () => {
  await using folder = await temporaryFolder("forget-elsewhere");
  const paths = { digest: join(folder.path, "d"), autonomy: join(folder.path, "a") };
  await forgetElsewhere(paths, { id: 1, text: TEXT });
  expect(filesWith(folder.path, "")).toEqual([]);
});

test("the user's own words of a note go with it, but for ones so short that they may mean something else", async () => {
  await using folder = await temporaryFolder("forget-quote");
  const { signal } = new AbortController();
  const beside = besideMemory(homePaths(folder.path), signal);
  const seen = async (quote: string, said: string): Promise<string> => {
    let after = said;
    const queue = {
      erase: (change: (text: string) => string): Promise<void> => {
        after = change(said);
        return Promise.resolve();
      },
    };
    await forgetBeside({ ...beside, queue }, { id: 1, text: TEXT, quote });
    return after;
  };
  const telling = "keep the brass thing for Zorbulon, ok";
  expect(await seen(telling, `Please ${telling}? Thanks.`)).toBe("Please [forgotten]? Thanks.");
  expect(await seen("brass thing", "Polish the brass thing.")).toBe("Polish the brass thing.");
});

describe("the copy of a candidate", () => {
  const cleaner = new TextCleaner();
  const by = { trust: "human", origin: "human" } as const;
  const { signal } = new AbortController();
  const noRoom = () => Promise.reject(new Error("No room is opened here"));

  test("goes as a whole where none runs", async () => {
    await using folder = await temporaryFolder("forget-candidate");
    const paths = homePaths(folder.path, "candidate");
    await createHome(paths);
    await forgetInCandidate(paths, { text: TEXT, signal });
    {
      await using memory = await openMemory(paths.memory, { cleaner });
      await memory.save({ text: TEXT, kind: "fact" }, by);
    }
    // What it forgets itself is its own affair.
    await forgetBeside(besideMemory(paths, signal), { id: 1, text: TEXT });
    expect(existsSync(paths.memory)).toBe(true);
    await forgetBeside(besideMemory(homePaths(folder.path), signal), { id: 1, text: TEXT });
    expect(existsSync(paths.memory)).toBe(false);
  });

  test("forgets it, and nothing else, where one runs", async () => {
    await using folder = await temporaryFolder("forget-candidate");
    const paths = homePaths(folder.path, "candidate");
    const candidate = join(folder.path, "copy.sqlite");
    const memory = new HomeMemory({ paths, cleaner, recall: "auto", candidate });
    await using owner = await ownHome({
      ...{ paths, command: "org serve", memory, signal, openRoom: noRoom },
    });
    for (const text of [OTHER, TEXT]) {
      await owner.memory({ kind: "add", draft: { text, kind: "fact" } }, signal);
    }
    await forgetInCandidate(paths, { text: TEXT, signal });
    await forgetInCandidate(paths, { text: "It was never said there.", signal });
    const { notes } = await owner.memory({ kind: "list" }, signal);
    expect(notes.map(({ text }) => text)).toEqual([OTHER]);
    const files = readdirSync(dirname(paths.memory)).filter((name) => name.startsWith("memory"));
    expect(files).not.toEqual([]);
    for (const name of files) {
      expect(readFileSync(join(dirname(paths.memory), name)).includes("Zorbulon")).toBe(false);
    }
  });
});

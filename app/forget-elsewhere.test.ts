import { expect, test } from "bun:test";
import { join } from "node:path";
import { AutonomyStore } from "#home/autonomy/autonomy-store.ts";
import { endedBurst, readReport } from "#home/autonomy/burst-report.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { filesWith } from "#test/killed-child.ts";
import { forgetElsewhere } from "./forget-elsewhere.ts";

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

test("a home that has neither stays without them", async () => {
  await using folder = await temporaryFolder("forget-elsewhere");
  const paths = { digest: join(folder.path, "d"), autonomy: join(folder.path, "a") };
  await forgetElsewhere(paths, { id: 1, text: TEXT });
  expect(filesWith(folder.path, "")).toEqual([]);
});

/** What a command line sets of what judges a repository, on a record in a folder of its own. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { changeRecord, type ProjectLocation, readRecord } from "#ops/project/location.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { codeOf } from "#test/promoting.ts";
import { setChecks, setsChecks } from "./set-checks.ts";

const given = (options: Readonly<Record<string, string>>, set?: string[]) => ({
  options: new Map(Object.entries(options)),
  repeated: new Map(set === undefined ? [] : [["set", set]]),
});

async function settled(use: (place: ProjectLocation) => Promise<void>): Promise<void> {
  await using folder = await temporaryFolder("checks");
  const place = { id: "0123456789abcdef", root: "/repository", folder: join(folder.path, "p") };
  await use(place);
}

test("a measure is kept beside the checks, each is set without the other", async () => {
  await settled(async (place) => {
    await setChecks(given({ measure: " wc -c < app.js " }), place);
    const measure = { command: "wc -c < app.js", better: "smaller" } as const;
    expect(await readRecord(place)).toEqual({
      root: "/repository",
      checks: undefined,
      dependencies: [],
      measure,
    });
    await setChecks(given({}, ["bun test"]), place);
    expect(await readRecord(place)).toMatchObject({ checks: ["bun test"], measure });
    await setChecks(given({ better: "larger" }), place);
    expect((await readRecord(place))?.measure).toEqual({ ...measure, better: "larger" });
    await setChecks(given({ "no-measure": "" }), place);
    const record = await readRecord(place);
    expect(record).toEqual({ root: "/repository", checks: ["bun test"], dependencies: [] });
  });
});

test("a critic is asked from when it is on until it is off", async () => {
  await settled(async (place) => {
    await setChecks(given({ critic: "on" }), place);
    await setChecks(given({ measure: "x" }), place);
    expect(await readRecord(place)).toMatchObject({ critic: true, checks: undefined });
    await setChecks(given({ critic: "off" }), place);
    expect((await readRecord(place))?.critic).toBeUndefined();
  });
});

test("hooks run from when they are on until they are off, and both are an answer", async () => {
  await settled(async (place) => {
    await setChecks(given({ hooks: "on" }), place);
    await setChecks(given({ measure: "x" }), place);
    expect(await readRecord(place)).toMatchObject({ hooks: true });
    await setChecks(given({ hooks: "off" }), place);
    expect(await readRecord(place)).toMatchObject({ hooks: false });
  });
});

test("a check has limits of its own from when they are set until they are not, or it is none any more", async () => {
  await settled(async (place) => {
    const limits = async () => (await readRecord(place))?.limits;
    const [gib, tests] = [1024 ** 3, "bun test"];
    await setChecks(given({ time: "60" }, [tests, "make"]), place);
    expect(await limits()).toEqual([
      { command: tests, wallMs: 60_000 },
      { command: "make", wallMs: 60_000 },
    ]);
    await setChecks(given({ only: tests, memory: "8192" }), place);
    await setChecks(given({ measure: "x" }), place);
    expect(await limits()).toEqual([
      { command: tests, wallMs: 60_000, memoryBytes: 8 * gib },
      { command: "make", wallMs: 60_000 },
    ]);
    await setChecks(given({ time: "default" }), place);
    expect(await limits()).toEqual([{ command: tests, memoryBytes: 8 * gib }]);
    await setChecks(given({}, ["make"]), place);
    expect(await limits()).toBeUndefined();
  });
});

test.each([
  [{ time: "0" }, "whole number of seconds from 1 to 86400"],
  [{ time: "1.5" }, "whole number of seconds"],
  [{ time: "86401" }, "whole number of seconds"],
  [{ memory: "63" }, "whole number of MiB from 64 to 1048576"],
  [{ memory: "4 GiB" }, 'or default, not "4 GiB"'],
  [{ only: "make" }, "neither is there"],
  [{ only: "make", time: "5" }, 'set are: "bun test"'],
])("limits as %p are refused, and nothing is changed", async (options, why) => {
  await settled(async (place) => {
    await setChecks(given({}, ["bun test"]), place);
    const before = await readRecord(place);
    const failed = await setChecks(given({ ...options, critic: "on" }), place).catch(
      (error: unknown) => error,
    );
    expect(failed).toMatchObject({ code: "USAGE", why: expect.stringContaining(why) });
    expect(failed).toMatchObject({
      message: "The limits were not set",
      remedies: [
        'org project checks --only "COMMAND" --time 600 --memory 8192',
        "org project checks --time default --memory default",
        "org project status   # names the checks",
      ],
      unchanged: "Nothing was changed.",
    });
    expect(await readRecord(place)).toEqual(before);
  });
});

test.each([
  [{ better: "larger" }, "there is no measure yet to which --better could apply"],
  [{ measure: " " }, "a measure is a command that prints a number"],
  [{ measure: "# 7" }, "a measure is a command that prints a number"],
  [{ measure: "x", "no-measure": "" }, "--no-measure cannot be combined with other options"],
  [{ better: "larger", "no-measure": "" }, "--no-measure cannot be combined with other options"],
])("a measure as %p is refused, with what would set or remove one", async (options, why) => {
  await settled(async (place) => {
    const failed = await setChecks(given(options), place).catch((error: unknown) => error);
    expect(failed).toMatchObject({
      ...{ code: "USAGE", message: "The measure was not set", why },
      remedies: [
        'org project checks --measure "COMMAND" --better smaller',
        "org project checks --no-measure",
      ],
      unchanged: "Nothing was changed.",
    });
  });
});

test("a check that is limited has to be set: without any, that is said", async () => {
  await settled(async (place) => {
    const failed = await setChecks(given({ only: "make", time: "5" }), place).catch(
      (error: unknown) => error,
    );
    const why = '"make" is not a check of this repository; no check is set';
    expect(failed).toMatchObject({ code: "USAGE", why });
  });
});

test("what else is settled stays", async () => {
  await settled(async (place) => {
    await changeRecord(place, () => ({
      root: place.root,
      checks: ["a"],
      dependencies: ["node_modules"],
    }));
    await setChecks(given({ measure: "x", better: "larger" }), place);
    expect(await readRecord(place)).toMatchObject({
      checks: ["a"],
      dependencies: ["node_modules"],
      measure: { command: "x", better: "larger" },
    });
  });
});

test.each([
  ["a direction without a measure", { better: "larger" }],
  ["a direction of a measure that is removed", { "no-measure": "", better: "larger" }],
  ["a measure that is removed and set", { "no-measure": "", measure: "x" }],
  ["a measure that runs nothing", { measure: " " }],
  ["a comment as a measure", { measure: "# wc -c" }],
])(
  "%s is refused, and nothing is written",
  async (_name, options: Readonly<Record<string, string>>) => {
    await settled(async (place) => {
      expect(await codeOf(setChecks(given(options), place))).toBe("USAGE");
      expect(await readRecord(place)).toBeUndefined();
    });
  },
);

test("a measure that prints the same for every version is kept, and the user is told", async () => {
  await settled(async (place) => {
    for (const command of [
      "echo 1284 bytes",
      "echo  bytes",
      "printf '%d\\n' 5",
      'true; echo "5"',
    ]) {
      expect(await setChecks(given({ measure: command }), place)).toContain(
        "prints the same for every version",
      );
      expect((await readRecord(place))?.measure?.command).toBe(command);
    }
    expect(await setChecks(given({ better: "larger" }), place)).toBeUndefined();
    for (const command of [
      ...["echo $(wc -c < a.js) bytes", "echo `cat size`", 'echo "$SIZE"', "sh size.sh"],
      ...["wc -c < a.js", "make | tail -1", "echo 1; cat size", "echo 1 && sh size.sh"],
    ]) {
      expect(await setChecks(given({ measure: command }), place)).toBeUndefined();
    }
  });
});

test("a command line that names neither checks nor measure sets nothing", () => {
  expect(setsChecks(given({ room: "x" }))).toBe(false);
  expect(
    [given({}, ["a"]), given({ "no-measure": "" }), given({ better: "x" })].map(setsChecks),
  ).toEqual([true, true, true]);
});

import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { type Download, Quarantine, safeFileName } from "./quarantine.ts";

let home: string;
let folder: string;
let quarantine: Quarantine;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "org-quarantine-"));
  folder = join(home, "quarantine");
  quarantine = new Quarantine(folder);
});
afterEach(() => rmSync(home, { recursive: true }));

const AT = new Date("2026-11-24T12:00:00Z");
const file = (more: Partial<Download> = {}): Download => ({
  ...{ name: "a.sh", url: "https://a.test/a.sh", page: "https://a.test/" },
  data: new TextEncoder().encode("#!/bin/sh\necho ran\n"),
  ...more,
});
const bytes = (text: string) => new TextEncoder().encode(text);

test("keeps a file with its hash and its origin, and gives it back", async () => {
  const kept = await quarantine.keep(file(), AT);
  expect(kept).toEqual({
    ...{ id: kept.sha256.slice(0, 12), name: "a.sh", url: "https://a.test/a.sh" },
    ...{ page: "https://a.test/", bytes: 19, at: "2026-11-24T12:00:00.000Z" },
    sha256: "e23628ed42e31358d7234aac753c38be5a80846413438c57305799b91760056f",
  });
  expect(await quarantine.list()).toEqual([kept]);
  const { about, data } = await quarantine.read(kept.id);
  expect([about, new TextDecoder().decode(data)]).toEqual([kept, "#!/bin/sh\necho ran\n"]);
});

test("a file in it cannot be executed, and no other user can read it", async () => {
  const { id } = await quarantine.keep(file());
  const modes = [folder, join(folder, `${id}.bin`), join(folder, `${id}.json`)].map(
    (path) => statSync(path).mode & 0o777,
  );
  expect(modes).toEqual([0o700, 0o400, 0o600]);
});

test("the same bytes are kept once, under the newest name", async () => {
  await quarantine.keep(file(), AT);
  await quarantine.keep(file({ name: "b.sh" }), AT);
  expect((await quarantine.list()).map(({ name }) => name)).toEqual(["b.sh"]);
  expect(readdirSync(folder)).toHaveLength(2);
});

test("a dropped file is gone, and only that", async () => {
  const one = await quarantine.keep(file(), AT);
  const two = await quarantine.keep(file({ data: bytes("2") }), AT);
  await quarantine.drop(one.id);
  expect(await quarantine.list()).toEqual([two]);
  expect(readdirSync(folder).sort()).toEqual([`${two.id}.bin`, `${two.id}.json`]);
  await expect(quarantine.drop(one.id)).rejects.toMatchObject({ code: "INPUT_MISSING" });
});

test("there is nothing in one that was never used, and it is not made by looking", async () => {
  expect(await quarantine.list()).toEqual([]);
  expect(existsSync(folder)).toBe(false);
});

describe("an attack", () => {
  test.each([
    ["../../etc/passwd", "passwd"],
    ["..\\..\\autoexec.bat", "autoexec.bat"],
    ["/etc/cron.d/job", "job"],
    [".bashrc", "bashrc"],
    ["-rf", "rf"],
    ["..", "download"],
    ["", "download"],
    ["a\u0000b.txt", "a_b.txt"],
    ["in\u202Efdp.exe", "in_fdp.exe"],
    ["\u001B]52;c;aGk=\u0007.txt", "52_c_aGk_.txt"],
    ["$(touch x).sh", "touch_x_.sh"],
    ["übung 1.pdf", "übung_1.pdf"],
    ["\uD800half", "half"],
    [`${"x".repeat(4000)}.pdf`, `${"x".repeat(76)}.pdf`],
  ])("by the name %j is made harmless", (name, harmless) => {
    expect(safeFileName(name)).toBe(harmless);
  });

  test("by any name ends as one plain name", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (name) => {
        const harmless = safeFileName(name);
        expect(harmless).toMatch(/^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u);
        expect(harmless.length).toBeLessThanOrEqual(80);
        expect(harmless.isWellFormed()).toBe(true);
      }),
    );
  });

  test("by size is refused, and nothing of it is kept", async () => {
    const huge = file({ data: new Uint8Array(20_000_001) });
    await expect(quarantine.keep(huge)).rejects.toMatchObject({ code: "FILE_FAILED" });
    expect(existsSync(folder)).toBe(false);
  });

  test("by number is refused: what is kept stays", async () => {
    for (let at = 0; at < 50; at += 1) await quarantine.keep(file({ data: bytes(`${at}`) }));
    const more = file({ data: bytes("more") });
    await expect(quarantine.keep(more)).rejects.toMatchObject({
      why: "50 files are kept already",
    });
    expect(await quarantine.list()).toHaveLength(50);
  });

  test("by a link in the place of the folder writes nothing where it leads", async () => {
    const elsewhere = join(home, "elsewhere");
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, folder);
    await expect(quarantine.keep(file())).rejects.toMatchObject({ code: "FILE_FAILED" });
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  test("by a link in the place of a file is not followed, in either direction", async () => {
    const { id } = await quarantine.keep(file());
    const [secret, place] = [join(home, "secret"), join(folder, `${id}.bin`)];
    writeFileSync(secret, "secret");
    rmSync(place);
    symlinkSync(secret, place);
    await expect(quarantine.read(id)).rejects.toMatchObject({ code: "FILE_FAILED" });
    await quarantine.keep(file());
    expect([readFileSync(secret, "utf8"), lstatSync(place).isFile()]).toEqual(["secret", true]);
  });

  test("by a changed file is seen by its hash", async () => {
    const { id } = await quarantine.keep(file());
    rmSync(join(folder, `${id}.bin`));
    writeFileSync(join(folder, `${id}.bin`), "other");
    await expect(quarantine.read(id)).rejects.toMatchObject({ why: "its hash has changed" });
  });

  test("by a path as its name reaches nothing", async () => {
    writeFileSync(join(home, "state.json"), "{}");
    for (const id of ["../state", "..", "", "a/b", "A".repeat(12)]) {
      await expect(quarantine.read(id)).rejects.toMatchObject({ code: "INPUT_MISSING" });
      await expect(quarantine.drop(id)).rejects.toMatchObject({ code: "INPUT_MISSING" });
    }
    expect(existsSync(join(home, "state.json"))).toBe(true);
  });

  test("by an address with line breaks stays one row", async () => {
    const { url } = await quarantine.keep(file({ url: "https://a.test/\nrm -rf\u202E" }));
    expect(url).toBe("https://a.test/_rm_-rf_");
  });
});

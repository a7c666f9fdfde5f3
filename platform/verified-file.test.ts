import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { type ExpectedFile, fileSum, VerifiedFile } from "./verified-file.ts";

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-verified-"));
  path = join(folder, "model");
});
afterEach(() => rmSync(folder, { recursive: true }));

const sha256 = (bytes: Uint8Array) => new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
const expected = (bytes: Uint8Array): ExpectedFile => ({
  bytes: bytes.length,
  sha256: sha256(bytes),
});

const WHOLE = new TextEncoder().encode("all of the weights");

test("a file has its name only once it is whole", async () => {
  await using file = await VerifiedFile.open(path, expected(WHOLE));
  await file.append(WHOLE);
  expect(readdirSync(folder)).toEqual(["model.part"]);
  expect(file.isFull).toBe(true);
  await file.finish();
  expect(readdirSync(folder)).toEqual(["model"]);
  expect(readFileSync(path)).toEqual(Buffer.from(WHOLE));
  expect(await fileSum(path)).toBe(sha256(WHOLE));
});

test("however it is cut into tries and pieces, it is the same file", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 }),
      async (tries) => {
        const whole = Buffer.concat(tries);
        for (const [index, bytes] of tries.entries()) {
          await using file = await VerifiedFile.open(path, expected(whole));
          expect(file.size).toBe(Buffer.concat(tries.slice(0, index)).length);
          await file.append(bytes.subarray(0, 3));
          await file.append(bytes.subarray(3));
        }
        await using file = await VerifiedFile.open(path, expected(whole));
        await file.finish();
        expect(readFileSync(path)).toEqual(whole);
        rmSync(path);
      },
    ),
    { numRuns: 25 },
  );
});

test("one changed bit, and the file is kept aside and never gets its name", async () => {
  for (let bit = 0; bit < WHOLE.length * 8; bit += 1) {
    const wrong = Uint8Array.from(WHOLE);
    wrong[bit >> 3] = (wrong[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    await using file = await VerifiedFile.open(path, expected(WHOLE));
    await file.append(wrong);
    const failure = await file.finish().catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: "DOWNLOAD_FAILED",
      why: expect.stringContaining(sha256(wrong)),
    });
    expect(readdirSync(folder)).toEqual(["model.bad"]);
  }
});

test("a file that is too short is wrong, and one that grows too long is given up at once", async () => {
  await using short = await VerifiedFile.open(path, expected(WHOLE));
  await short.append(WHOLE.subarray(1));
  const failure = await short.finish().catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "DOWNLOAD_FAILED", why: expect.stringContaining("17") });
  await using long = await VerifiedFile.open(path, expected(WHOLE));
  await long.append(WHOLE);
  const tooMuch = await long.append(new Uint8Array(1)).catch((error: unknown) => error);
  expect(tooMuch).toMatchObject({ code: "DOWNLOAD_FAILED", why: expect.stringContaining("18") });
  expect(long.size).toBe(0);
});

test("a rest that is longer than the file, or of another file, does not spoil the next try", async () => {
  writeFileSync(`${path}.part`, "x".repeat(100));
  await using file = await VerifiedFile.open(path, expected(WHOLE));
  expect(file.size).toBe(0);
  await file.append(WHOLE);
  await file.finish();
  expect(existsSync(path)).toBe(true);
});

test("without a known size the sum alone decides", async () => {
  await using file = await VerifiedFile.open(path, { sha256: sha256(WHOLE) });
  await file.append(WHOLE);
  expect(file.isFull).toBe(false);
  await file.finish();
  expect(existsSync(path)).toBe(true);
});

test("where the system refuses, the error says what it said", async () => {
  writeFileSync(join(folder, "file"), "");
  const failure = await refusalOf(join(folder, "file/model"));
  expect(failure).toMatchObject({
    code: "FILE_FAILED",
    why: expect.stringMatching(/EEXIST|ENOTDIR/),
  });
  expect(await fileSum(join(folder, "nothing"))).toBeUndefined();
});

async function refusalOf(at: string): Promise<unknown> {
  try {
    await using _file = await VerifiedFile.open(at, expected(WHOLE));
    return "it was opened";
  } catch (error) {
    return error;
  }
}

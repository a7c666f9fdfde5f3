import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  closeSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
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
import {
  copyRegularFile,
  filePieces,
  loadBytes,
  loadEnd,
  loadText,
  overwriteFile,
  readBytesFile,
  readTextFile,
  writeFileAtomically,
} from "./files.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-files-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("writes a new file, and replaces an old one as a whole", async () => {
  const path = join(folder, "notes.md");
  await writeFileAtomically(path, "a long first version\n");
  await writeFileAtomically(path, "short\n");
  expect(readFileSync(path, "utf8")).toBe("short\n");
  expect(readdirSync(folder)).toEqual(["notes.md"]);
});

test("gives back every byte", async () => {
  const path = join(folder, "bytes");
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), async (bytes) => {
      await writeFileAtomically(path, bytes);
      expect(new Uint8Array(readFileSync(path))).toEqual(new Uint8Array(bytes));
    }),
    { numRuns: 10 },
  );
});

test("the mode is the one asked for, whatever the umask", async () => {
  const before = process.umask(0o077);
  try {
    await writeFileAtomically(join(folder, "open"), "x", { mode: 0o664 });
    await writeFileAtomically(join(folder, "private"), "x");
  } finally {
    process.umask(before);
  }
  expect(statSync(join(folder, "open")).mode & 0o777).toBe(0o664);
  expect(statSync(join(folder, "private")).mode & 0o777).toBe(0o600);
});

test("a reader sees the old or the new version, never a part of one", async () => {
  const path = join(folder, "watched");
  const [old, young] = ["o".repeat(300_000), "n".repeat(300_000)];
  writeFileSync(path, old);
  let done = false;
  const writing = writeFileAtomically(path, young).finally(() => {
    done = true;
  });
  while (!done) {
    expect([old, young]).toContain(readFileSync(path, "utf8"));
    await new Promise(setImmediate);
  }
  await writing;
  expect(readFileSync(path, "utf8")).toBe(young);
});

test("what is not wanted any more once it is written changes nothing, and leaves no file", async () => {
  const path = join(folder, "notes.md");
  const write = async (isStill: boolean) => {
    const mayReplace = () => isStill && readdirSync(folder).length === 2;
    await writeFileAtomically(path, "new\n", { temporary: join(folder, "beside"), mayReplace });
  };
  writeFileSync(path, "old\n");
  await write(false);
  expect([readFileSync(path, "utf8"), readdirSync(folder)]).toEqual(["old\n", ["notes.md"]]);
  await write(true);
  expect(readFileSync(path, "utf8")).toBe("new\n");
});

test("replaces a symbolic link instead of writing through it", async () => {
  const target = join(folder, "target");
  writeFileSync(target, "untouched");
  symlinkSync(target, join(folder, "link"));
  await writeFileAtomically(join(folder, "link"), "mine");
  expect(readFileSync(target, "utf8")).toBe("untouched");
  expect(lstatSync(join(folder, "link")).isSymbolicLink()).toBe(false);
});

test("a failure names the file and the reason, and leaves no temporary file", async () => {
  mkdirSync(join(folder, "taken", "full"), { recursive: true });
  const failed = writeFileAtomically(join(folder, "taken"), "x", { displayPath: "taken" });
  await expect(failed).rejects.toMatchObject({
    code: "FILE_FAILED",
    message: 'Could not write "taken"',
    why: expect.stringMatching(/EISDIR|ENOTEMPTY|EEXIST/),
  });
  expect(readdirSync(folder)).toEqual(["taken"]);

  const missing = writeFileAtomically(join(folder, "no", "where"), "x");
  await expect(missing).rejects.toMatchObject({
    code: "FILE_FAILED",
    remedies: [expect.stringContaining("mkdir -p")],
  });
  expect(existsSync(join(folder, "no"))).toBe(false);
});

test("a text is read through a link, and what is not a regular file holds no reader", () => {
  const path = join(folder, "notes.md");
  writeFileSync(path, "text ä");
  symlinkSync(path, join(folder, "link"));
  expect(readTextFile(join(folder, "link"))).toBe("text ä");
  const fifo = join(folder, "fifo");
  expect(Bun.spawnSync(["mkfifo", fifo]).exitCode).toBe(0);
  expect(() => readTextFile(fifo)).toThrow("is not a regular file");
  expect(() => readTextFile(folder)).toThrow("is not a regular file");
  expect(() => readTextFile(join(folder, "none"))).toThrow("ENOENT");
});

test("what reads or writes a file by its name waits for no FIFO, and says what it is", async () => {
  const fifo = join(folder, "held");
  expect(Bun.spawnSync(["mkfifo", fifo]).exitCode).toBe(0);
  const refused = { code: "FILE_FAILED", message: `"${fifo}" is not a regular file` };
  expect(() => readBytesFile(fifo)).toThrow(expect.objectContaining(refused));
  await expect(loadText(fifo)).rejects.toMatchObject(refused);
  await expect(loadBytes(fifo, 10)).rejects.toMatchObject(refused);
  await expect(loadEnd(fifo, 10)).rejects.toMatchObject(refused);
  await expect(Array.fromAsync(filePieces(fifo, 10))).rejects.toMatchObject(refused);
  await expect(copyRegularFile(fifo, join(folder, "copied"))).rejects.toMatchObject(refused);
  expect(existsSync(join(folder, "copied"))).toBe(false);
  // No process reads it: the system says so at once.
  expect(() => overwriteFile(fifo, "x")).toThrow("ENXIO");
  const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    expect(() => overwriteFile(fifo, "x")).toThrow(expect.objectContaining(refused));
  } finally {
    closeSync(reader);
  }
});

test("a file is copied with its permissions, and takes the place of a link or a FIFO", async () => {
  const [from, kept] = [join(folder, "from"), join(folder, "kept")];
  writeFileSync(from, "text", { mode: 0o640 });
  writeFileSync(kept, "kept");
  symlinkSync(from, join(folder, "to-from"));
  symlinkSync(kept, join(folder, "to-kept"));
  expect(Bun.spawnSync(["mkfifo", join(folder, "pipe")]).exitCode).toBe(0);
  for (const to of ["new", "to-kept", "pipe"].map((name) => join(folder, name))) {
    await copyRegularFile(join(folder, "to-from"), to);
    expect([readTextFile(to), lstatSync(to).mode]).toEqual(["text", statSync(from).mode]);
  }
  expect(readTextFile(kept)).toBe("kept");
  await expect(copyRegularFile(join(folder, "none"), kept)).rejects.toThrow("ENOENT");
  await expect(copyRegularFile(folder, kept)).rejects.toThrow("is not a regular file");
  expect(readTextFile(kept)).toBe("kept");
});

test("a file is read whole, up to a limit, and in pieces, and written over as a whole", async () => {
  const path = join(folder, "large");
  overwriteFile(path, "ä".repeat(1000));
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(await loadText(path)).toBe("ä".repeat(1000));
  expect(readBytesFile(path).length).toBe(2000);
  expect(await loadBytes(path, 5)).toEqual(Buffer.from("äää").subarray(0, 5));
  expect(await loadEnd(path, 3)).toEqual((await loadBytes(path)).subarray(-3));
  expect(await loadEnd(path, 1e6)).toEqual(await loadBytes(path));
  const pieces = await Array.fromAsync(filePieces(path, 700));
  expect(pieces.map(({ length }) => length)).toEqual([700, 700, 600]);
  expect(Buffer.concat(pieces).toString()).toBe("ä".repeat(1000));
  overwriteFile(path, "short");
  expect(readTextFile(path)).toBe("short");
});

import { expect, test } from "bun:test";
import { emptyEnvironment } from "./grants.ts";

const signal = new AbortController().signal;

test("what a tool writes it can read again, and no other call can", async () => {
  const { files, memory } = emptyEnvironment();
  await files?.write("a/b.txt", "text");
  await memory?.set("key", { n: 1 });
  expect(await files?.read("a/b.txt")).toBe("text");
  expect(await files?.list("a")).toEqual(["b.txt"]);
  expect(await files?.list("")).toEqual(["a/"]);
  expect(await memory?.get("key")).toEqual({ n: 1 });
  const other = emptyEnvironment();
  expect(await other.files?.list("")).toEqual([]);
  expect(await other.memory?.get("key")).toBeNull();
});

test("a file that is not there and the network fail in words", async () => {
  const { files, fetch } = emptyEnvironment();
  const messageOf = (promise: Promise<unknown> | undefined) =>
    promise?.catch((error: unknown) => Object(error).message);
  expect(() => files?.read("none")).toThrow('There is no file "none"');
  expect(await messageOf(fetch?.("https://example.com", signal))).toBe(
    "There is no network while a tool is judged",
  );
});

import { expect, test } from "bun:test";
import { AsyncQueue } from "#core/async-queue.ts";
import { answersFirst } from "./answers-first.ts";

test("an answer is taken while the line before it still waits for it", async () => {
  const lines = new AsyncQueue<string>();
  const answered = Promise.withResolvers<string>();
  const taken = answersFirst(lines, async (line) => answered.resolve(line));
  for (const line of ["one", "/approve A1", "/approved", "two"]) lines.push(line);
  lines.close();
  const others: string[] = [];
  for await (const line of taken) {
    if (line === "one") expect(await answered.promise).toBe("/approve A1");
    others.push(line);
  }
  expect(others).toEqual(["one", "/approved", "two"]);
});

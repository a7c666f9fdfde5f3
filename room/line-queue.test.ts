import { describe, expect, test } from "bun:test";
import type { HumanMessage } from "#core/events.ts";
import { type Job, LineQueue } from "./line-queue.ts";

const line = (text: string): HumanMessage => {
  return { type: "message", id: `msg_${text}`, from: "user", text, to: ["agent"], mode: "group" };
};
const ALONE = { together: false };

/** Answers only once it is told to, or stopped. */
function held(): { readonly queue: LineQueue; readonly jobs: readonly Job[] } {
  const jobs: Job[] = [];
  const queue = new LineQueue(async (job) => {
    jobs.push(job);
    const { promise, resolve } = Promise.withResolvers<void>();
    job.stop.signal.addEventListener("abort", () => resolve());
    await promise;
  });
  return { queue, jobs };
}

describe("lines of the human", () => {
  test("are answered one after the other, and a stop ends only the running one", async () => {
    const { queue, jobs } = held();
    const first = queue.add(line("1"), ALONE);
    const second = queue.add(line("2"), ALONE);
    expect([jobs.map(({ message }) => message.text), queue.waiting]).toEqual([["1"], 1]);
    expect(queue.stop()).toBe(true);
    await first;
    expect([queue.running?.message.text, queue.waiting]).toEqual(["2", 0]);
    queue.stop();
    await second;
    expect([queue.running, queue.stop()]).toEqual([undefined, false]);
  });

  test("that were never begun are refused when the room closes", async () => {
    const { queue } = held();
    const running = queue.add(line("1"), ALONE);
    const waiting = queue.add(line("2"), ALONE).catch((error: unknown) => error);
    await queue.close();
    await running;
    expect(await waiting).toMatchObject({ code: "OWNER_LOST" });
  });

  test("whose answer fails hold up none behind them", async () => {
    const queue = new LineQueue(async ({ message }) => {
      if (message.text === "1") throw new Error("a bug");
    });
    const failed = queue.add(line("1"), ALONE).catch((error: unknown) => error);
    await queue.add(line("2"), ALONE);
    expect(await failed).toMatchObject({ message: "a bug" });
  });
});

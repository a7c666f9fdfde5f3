import { expect, test } from "bun:test";
import { until } from "#test/until.ts";
import { descendantsOf } from "./landlock/tree.ts";
import type { WatchLimits } from "./look.ts";
import { SharedWatch } from "./second-watch.ts";
import { Post, Posts } from "./second-watch-thread.ts";

const LIMITS = { memoryBytes: 2 ** 40, cpuMs: 60_000, processes: 100, wallMs: 1000 };

/** A process with one below it, and what the thread of the second watch has of them. */
async function watched(limits: Partial<WatchLimits> = {}) {
  const child = Bun.spawn(["sh", "-c", "sleep 99 & echo up; wait; exec sleep 98"], {
    ...{ stdout: "pipe", detached: true },
  });
  await child.stdout.getReader().read();
  const shared = new SharedWatch();
  const post = new Post(
    {
      ...{ kind: "watch", id: 1, memory: shared.memory },
      subject: { kind: "below", pid: child.pid, scratch: "/nonexistent" },
      limits: { ...LIMITS, ...limits },
    },
    0,
  );
  return {
    ...{ child, shared, post },
    [Symbol.asyncDispose]: async () => {
      // As a group: a process of a list may be gone before its turn comes.
      process.kill(-child.pid, "SIGKILL");
      await child.exited;
    },
  };
}

test("what the event loop looks at is left to it, whatever it uses", async () => {
  await using one = await watched({ processes: 0 });
  for (let nowMs = 0; nowMs < 5000; nowMs += 90) {
    one.shared.looked();
    one.post.turn(nowMs);
  }
  expect(one.shared.stopped).toBeUndefined();
  expect(descendantsOf(one.child.pid)).toHaveLength(1);
});

test("what nothing looks at is ended at its limit, and what it used can be read", async () => {
  await using one = await watched({ memoryBytes: 1 });
  one.post.turn(99);
  expect(one.shared.stopped).toBeUndefined();
  one.post.turn(100);
  expect(one.shared.stopped).toBe("memory");
  expect(one.shared.usage.peakBytes).toBeGreaterThan(1);
  await until(
    "the program to be gone",
    async () => (await commandOf(one.child.pid)) === "sleep 98",
  );
});

test("what nothing looks at is left alone within its limits, and ended at its time", async () => {
  await using one = await watched();
  one.post.turn(1000);
  expect(one.shared.stopped).toBeUndefined();
  one.post.turn(1001);
  expect(one.shared.stopped).toBe("wall");
  one.shared.stop("cpu");
  expect(one.shared.stopped).toBe("wall");
});

test("sandboxes are looked at from the first order on until the last one ends", async () => {
  const child = Bun.spawn(["sleep", "99"]);
  const shared = new SharedWatch();
  const posts = new Posts();
  posts.take({
    ...{ kind: "watch", id: 1, memory: shared.memory },
    subject: { kind: "namespace", pid: child.pid, layer: undefined },
    limits: { ...LIMITS, wallMs: 0 },
  });
  expect(posts.isTurning).toBe(true);
  await child.exited;
  expect([child.signalCode, shared.stopped]).toEqual(["SIGKILL", "wall"]);
  posts.take({ kind: "end", id: 1 });
  expect(posts.isTurning).toBe(false);
});

/** Where the shell has gone on, the process below it has ended. */
async function commandOf(pid: number): Promise<string> {
  return (await Bun.file(`/proc/${pid}/cmdline`).text()).replaceAll("\0", " ").trim();
}

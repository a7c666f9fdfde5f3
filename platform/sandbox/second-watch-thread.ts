/** The thread of the second watch; see `second-watch.ts`. */
import { readFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";
import { parseStat } from "../process-info.ts";
import { descendantsOf } from "./landlock/tree.ts";
import { Look, type WatchSubject } from "./look.ts";
import { SharedWatch, type WatchOrder } from "./second-watch.ts";

/** How often it is seen to that the event loop goes on, in milliseconds. */
const INTERVAL_MS = 25;
/** Nothing was looked at for so long: the event loop stands still, in milliseconds. */
const STILL_MS = 100;

/** One sandbox. */
export class Post implements Disposable {
  readonly #subject: WatchSubject;
  readonly #shared: SharedWatch;
  readonly #look: Look;
  readonly #startTime: number | undefined;
  readonly #deadlineMs: number;
  #looks: number;
  #movedMs: number;

  /** @param nowMs of a clock that never goes back, as in {@link turn}. */
  constructor(order: Extract<WatchOrder, { readonly kind: "watch" }>, nowMs: number) {
    const { subject, limits, memory } = order;
    this.#subject = subject;
    this.#shared = new SharedWatch(memory);
    this.#look = new Look(subject, limits);
    this.#startTime = startTimeOf(subject.pid);
    this.#deadlineMs = nowMs + limits.wallMs;
    this.#looks = this.#shared.looks;
    this.#movedMs = nowMs;
  }

  /** Looks at the sandbox where the event loop does not, and ends it where it has to be ended. */
  turn(nowMs: number): void {
    const { looks } = this.#shared;
    if (looks !== this.#looks) {
      this.#looks = looks;
      this.#movedMs = nowMs;
      return;
    }
    if (nowMs - this.#movedMs < STILL_MS) return;
    const reason = nowMs > this.#deadlineMs ? "wall" : this.#look.again();
    this.#shared.usage = this.#look.usage;
    if (reason !== undefined) this.#shared.stop(reason);
    if (this.#shared.stopped !== undefined) this.#end();
  }

  [Symbol.dispose](): void {
    this.#look[Symbol.dispose]();
  }

  #end(): void {
    const { kind, pid } = this.#subject;
    // Nothing takes note of its end meanwhile but its own parent: the number may be another process's by now.
    if (this.#startTime === undefined || startTimeOf(pid) !== this.#startTime) return;
    // With init all inside ends. A supervisor has to live: it ends when its program does.
    for (const each of kind === "namespace" ? [pid] : descendantsOf(pid)) kill(each);
  }
}

function startTimeOf(pid: number): number | undefined {
  try {
    return parseStat(pid, readFileSync(`/proc/${pid}/stat`, "utf8"))?.startTime;
  } catch {
    return undefined;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // Gone already.
  }
}

/** All sandboxes of a process; looks at them as long as there are any. */
export class Posts {
  readonly #posts = new Map<number, Post>();
  #timer: Timer | undefined;

  /** Whether anything is looked at. */
  get isTurning(): boolean {
    return this.#timer !== undefined;
  }

  take(order: WatchOrder): void {
    if (order.kind === "watch") this.#posts.set(order.id, new Post(order, performance.now()));
    else {
      this.#posts.get(order.id)?.[Symbol.dispose]();
      this.#posts.delete(order.id);
    }
    if (this.#posts.size > 0) this.#timer ??= setInterval(() => this.#turn(), INTERVAL_MS);
    else {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }

  #turn(): void {
    for (const post of this.#posts.values()) post.turn(performance.now());
  }
}

// Importing it does nothing; as the program of a thread, of which `import.meta.main` says nothing, it serves.
if (!isMainThread) {
  const posts = new Posts();
  globalThis.addEventListener("message", ({ data }: MessageEvent<WatchOrder>) => posts.take(data));
}

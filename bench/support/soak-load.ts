/** What callers of a served home do: talk, switch rooms and modes, submit jobs, and read streams well and badly. */
import { connect } from "node:net";

const MODES = ["group", "direct:agent", "direct:python", "group"];
/** How many work at the same time. */
const TALKERS = 3;
const JOBBERS = 2;
const READERS = 3;
/** A reader that stalls holds its connection so long, in milliseconds. */
const STALLED_MS = 4000;

export interface BrokenRequest {
  readonly request: string;
  /** What the system said. */
  readonly code: string;
  /** Whether the head of the answer had come. */
  readonly hadHead: boolean;
  /** In milliseconds since 1970. */
  readonly startedMs: number;
  readonly endedMs: number;
}

/** Calls until it is paused. */
export class Load {
  requests = 0;
  /** Answers that did not succeed, by status, and requests that got none, by what the system said. */
  readonly failures: Record<string, number> = {};
  /** The requests that got no whole answer, in the order in which they broke off. */
  readonly broken: BrokenRequest[] = [];
  readonly #url: string;
  readonly #rooms: readonly string[];
  #turn = 0;

  constructor(url: string, rooms: readonly string[]) {
    this.#url = url;
    this.#rooms = rooms;
  }

  /** Does what callers do until the signal comes, and ends once every caller has its answer. */
  async run(signal: AbortSignal): Promise<void> {
    const crowd = [
      ...Array.from({ length: TALKERS }, () => () => this.#talk()),
      ...Array.from({ length: JOBBERS }, () => () => this.#job()),
      ...Array.from({ length: READERS }, () => () => this.#read(signal)),
      () => this.#stall(signal),
      () => this.#look(),
    ];
    await Promise.all(
      crowd.map(async (act) => {
        while (!signal.aborted) await act();
      }),
    );
  }

  async #talk(): Promise<void> {
    const room = this.#next(this.#rooms);
    const body = { text: `Message ${this.#turn}: what is there?`, mode: this.#next(MODES) };
    await this.#post(`/v1/rooms/${room}/messages`, body);
  }

  async #job(): Promise<void> {
    const works = [
      { message: `Job ${this.#turn}` },
      { tool: "sh", args: { cmd: "echo done" } },
      { message: "And you?", persona: "python", room: this.#next(this.#rooms) },
    ];
    await this.#post("/v1/jobs", this.#next(works));
    // Faster than they can be done, jobs would pile up, as they should.
    await Bun.sleep(1500);
  }

  /** Reads some events of a room, and goes in the middle. */
  async #read(signal: AbortSignal): Promise<void> {
    const left = new AbortController();
    const stop = AbortSignal.any([signal, left.signal]);
    try {
      const path = `${this.#url}/v1/rooms/${this.#next(this.#rooms)}/events?from=0`;
      const { body } = await fetch(path, { signal: stop });
      let pieces = 0;
      for await (const _ of body ?? []) {
        pieces += 1;
        if (pieces > 20) left.abort();
      }
    } catch {
      // It left: that is what it is for.
    }
    this.requests += 1;
    await Bun.sleep(50);
  }

  /** Asks for a stream and reads none of it. */
  async #stall(signal: AbortSignal): Promise<void> {
    const { hostname, port } = new URL(this.#url);
    const socket = connect({ host: hostname, port: Number(port) });
    socket.pause();
    socket.on("error", () => undefined);
    const room = this.#next(this.#rooms);
    socket.write(
      `GET /v1/rooms/${room}/events?from=0 HTTP/1.1\r\nHost: ${hostname}:${port}\r\n\r\n`,
    );
    const deadline = performance.now() + STALLED_MS;
    while (!signal.aborted && performance.now() < deadline) await Bun.sleep(100);
    socket.destroy();
    this.requests += 1;
  }

  async #look(): Promise<void> {
    const paths = ["/health", "/ready", "/metrics", "/v1/rooms", "/v1/jobs", "/v1/tools"];
    await this.#ask(this.#next(paths), {});
    await Bun.sleep(200);
  }

  async #post(path: string, body: unknown): Promise<void> {
    const headers = { "content-type": "application/json" };
    await this.#ask(path, { method: "POST", headers, body: JSON.stringify(body) });
  }

  async #ask(path: string, about: RequestInit): Promise<void> {
    const startedMs = Date.now();
    let hadHead = false;
    this.requests += 1;
    try {
      const answer = await fetch(this.#url + path, about);
      hadHead = true;
      await answer.text();
      if (answer.status >= 400) this.#fail(String(answer.status));
    } catch (error) {
      const { code = "broken off" } = Object(error);
      this.#fail(String(code));
      const request = `${about.method ?? "GET"} ${path}`;
      this.broken.push({ request, code: String(code), hadHead, startedMs, endedMs: Date.now() });
      // What serves may be gone: no reason to ask it as fast as the machine can.
      await Bun.sleep(1000);
    }
  }

  #fail(why: string): void {
    this.failures[why] = (this.failures[why] ?? 0) + 1;
  }

  #next<Item>(items: readonly Item[]): Item {
    this.#turn += 1;
    const item = items[this.#turn % items.length];
    if (item === undefined) throw new Error("There is nothing to choose from");
    return item;
  }
}

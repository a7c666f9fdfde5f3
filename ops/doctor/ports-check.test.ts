import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recordGeneration } from "../processes/generation-record.ts";
import { portsCheck } from "./ports-check.ts";

const { signal } = new AbortController();

test("a port is free, ours, or taken by another process", async () => {
  const home = await mkdtemp(join(tmpdir(), "org-ports-"));
  const listen = () =>
    Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } });
  const [ours, foreign, closed] = [listen(), listen(), listen()];
  closed.stop();
  const about = { name: "current", port: ours.port, commit: "c1" } as const;
  try {
    await using _ = await recordGeneration(home, about);
    const ports = [closed.port, ours.port];
    const fine = `${closed.port} is free, ${ours.port} serves current (process ${process.pid})`;
    expect(await portsCheck(home, ports).run(signal)).toEqual({
      state: "ok",
      detail: fine,
      remedies: [],
    });
    expect(await portsCheck(home, [...ports, foreign.port]).run(signal)).toEqual({
      state: "warning",
      detail: `${fine}, ${foreign.port} is taken by another program`,
      remedies: [
        `ss -ltnp 'sport = :${foreign.port}'   # who it is`,
        "org serve --port N   # serves on another one",
      ],
    });
  } finally {
    ours.stop();
    foreign.stop();
    await rm(home, { recursive: true });
  }
});

/** Machines on which no sandbox can be had: nothing runs, and the reply says what to do. */
import { afterAll, expect, test } from "bun:test";
import { ORDINARY_USER, openBench, pythonRequest } from "./sandbox-roles.ts";
import type { RunnerReply } from "./sandbox-runner.ts";

const bench = await openBench();
afterAll(() => bench.remove());

async function ask(...words: readonly string[]): Promise<RunnerReply> {
  return await bench.ask([...ORDINARY_USER, ...words], pythonRequest("print('ran')"));
}

function refusal(message: RegExp, remedy: string): RunnerReply {
  return {
    refused: expect.stringMatching(
      new RegExp(`^SANDBOX_UNAVAILABLE\n.*${message.source}[^]*${RegExp.escape(remedy)}`),
    ),
  };
}

test("the kernel forbids namespaces", async () => {
  // Who has no name in a namespace may not make another.
  expect(await ask("unshare", "--user")).toEqual(
    refusal(/No permissions to create new namespace/, "kernel.unprivileged_userns_clone=1"),
  );
});

test("no namespace is left", async () => {
  const script =
    'echo 0 > /proc/sys/user/max_user_namespaces; exec setpriv --ambient-caps=-all --inh-caps=-all -- "$@"';
  const words = ["unshare", "--user", "--map-user=1234", "--keep-caps", "sh", "-c", script, "sh"];
  expect(await ask(...words)).toEqual(refusal(/ENOSPC/, "sysctl -w user.max_user_namespaces"));
});

test("root cannot give up its rights", async () => {
  expect(await ask("unshare", "--user", "--map-root-user")).toEqual(
    refusal(/setpriv: set/, "run org as an ordinary user"),
  );
});

test("bubblewrap is not installed", async () => {
  expect(await ask("env", `PATH=${bench.folder}`)).toEqual(
    refusal(/"bwrap", which is not installed/, "apt-get install bubblewrap"),
  );
});

import { expect, test } from "bun:test";
import type { PortAnswer } from "#ops/processes/ask.ts";
import { capturedOutput } from "#test/captured-output.ts";
import { runUi } from "./ui-command.ts";

async function run(
  answer: PortAnswer | undefined,
  operands: readonly string[] = [],
  flags: readonly string[] = [],
) {
  const output = capturedOutput();
  const asked: string[] = [];
  const server = answer && {
    ...{ port: 7001, address: "::1" },
    ask: (path: string) => {
      asked.push(path);
      return Promise.resolve(answer);
    },
  };
  const options = new Map(flags.map((flag) => [flag, ""]));
  const done = await runUi({ operands, options }, { output, server }).catch(
    (error: unknown) => error,
  );
  return { done, asked, output };
}

test("prints a link that can be opened as it stands", async () => {
  const { done, asked, output } = await run({ status: 200, data: { path: "/ui/sign-in?link=x" } });
  expect(done).toBe(0);
  expect(asked).toEqual(["/v1/dashboard/links"]);
  expect(output.stdout).toBe("http://[::1]:7001/ui/sign-in?link=x\n");
  expect(output.stderr).toBe("The link signs one browser in, once, within two minutes.\n");
});

test("a link names the loopback address where none is given", async () => {
  const output = capturedOutput();
  const server = { port: 7002, ask: async () => ({ status: 200, data: { path: "/ui/x" } }) };
  await runUi({ operands: [], options: new Map() }, { output, server });
  expect(output.stdout).toBe("http://127.0.0.1:7002/ui/x\n");
});

test("prints the link as JSON", async () => {
  const { output } = await run({ status: 200, data: { path: "/ui/x" } }, [], ["json"]);
  expect(JSON.parse(output.stdout)).toEqual({ url: "http://[::1]:7001/ui/x" });
});

test("sign-out says how many sessions ended", async () => {
  const answer = { status: 200, data: { ended: 1 } };
  const { done, asked, output } = await run(answer, ["sign-out"]);
  expect(done).toBe(0);
  expect(asked).toEqual(["/v1/dashboard/sign-out"]);
  expect(output.stderr).toBe("1 session ended.\n");
  expect((await run(answer, ["sign-out"], ["json"])).output).toMatchObject({
    ...{ stdout: '{"ended":1}\n', stderr: "" },
  });
  const two = await run({ status: 200, data: { ended: 2 } }, ["sign-out"]);
  expect(two.output).toMatchObject({ stdout: "", stderr: "2 sessions ended.\n" });
});

test("says that nothing serves, and that what serves has no dashboard", async () => {
  expect((await run(undefined)).done).toMatchObject({
    ...{ code: "HOME_BUSY", message: "Nothing serves this home" },
    why: "the dashboard is a part of org serve, and no process of it runs",
    remedies: ["org serve --background", "org ui"],
    unchanged: "Nothing was started.",
  });
  for (const answer of [
    { status: 404, data: {} },
    { status: 404, data: { path: "/ui/x" } },
    { status: 200, data: {} },
  ]) {
    const { done } = await run(answer);
    expect(done).toMatchObject({
      ...{ code: "HOME_BUSY", message: "The process that serves this home has no dashboard" },
      why: `it answered with status ${answer.status}: it may be of an older version, or about to end`,
      remedies: ["org restart current", "org ui"],
      unchanged: "Nothing was changed.",
    });
  }
});

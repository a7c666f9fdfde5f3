import { expect, test } from "bun:test";
import { OrgError } from "#core/errors.ts";
import { type BrowserCommandOptions, runBrowser } from "./browser-command.ts";

const trial = { product: "Chrome/1", keepsPagesApart: true };

/** Runs the command on a machine. @param has Chromium is where systems put it */
async function run(
  operands: readonly string[],
  { has = true, ...more }: Partial<BrowserCommandOptions> & { has?: boolean; flag?: string } = {},
) {
  let text = "";
  let isThere = has;
  const write = (piece: string) => {
    text += piece;
  };
  const code = await runBrowser(operands, {
    output: { write, say: write, live: false },
    flags: new Map(),
    settings: undefined,
    find: (path) => (isThere ? (path ?? "/usr/lib/chromium/chromium") : undefined),
    attempt: async () => trial,
    isRoot: true,
    files: async (action, id = "none") => {
      write(`${action} ${id}`);
      return 0;
    },
    installPackage: async () => {
      isThere = true;
    },
    ...more,
  });
  return { code, text };
}

test("says which lines org.config needs, and when it has them", async () => {
  const line =
    "/usr/lib/chromium/chromium: Chrome/1 runs in the sandbox, each page in its own sandbox.\n";
  const needed = "To let personas use it, put this into org.config:\n\n[browser]\n";
  expect(await run([])).toEqual({ code: 1, text: `${line}${needed}` });
  expect(await run(["install"])).toEqual({ code: 0, text: `${line}${needed}` });
  const { code, text } = await run(["status"], { settings: {} });
  expect([code, text]).toEqual([0, `${line}Personas can use it: org.config has [browser].\n`]);
  const other = await run(["install"], { flags: new Map([["path", "/opt/c"]]) });
  expect(other.text).toEndWith('[browser]\npath = "/opt/c"\n');
});

test("fetches the package for root who agreed, and for no one else", async () => {
  const yes = new Map([["yes", ""]]);
  const { code, text } = await run(["install"], { has: false, flags: yes });
  expect([code, text.split("\n")[0]]).toEqual([0, "Fetching Debian's package of Chromium …"]);
  for (const refused of [
    run(["install"], { has: false }),
    run(["install"], { has: false, flags: yes, isRoot: false }),
    run(["install"], { has: false, flags: new Map([...yes, ["path", "/nowhere"]]) }),
    run(["status"], { has: false, flags: yes }),
  ]) {
    const error = await refused.catch((one: unknown) => one);
    expect(error).toBeInstanceOf(OrgError);
    expect(error).toMatchObject({ code: "BROWSER_MISSING" });
  }
});

test("what is in quarantine is looked at without Chromium", async () => {
  expect((await run(["files"], { has: false })).text).toBe("files none");
  expect((await run(["release", "a"], { has: false })).text).toBe("release a");
});

test("an action that there is not is refused by name", async () => {
  await expect(run(["remove"])).rejects.toThrow('unknown action "remove"');
});

test("says so where pages are not kept apart", async () => {
  const attempt = async () => ({ ...trial, keepsPagesApart: false });
  expect((await run([], { attempt })).text).toContain("its pages not isolated from each other");
});

import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { OrgError } from "#core/errors.ts";
import { CHROMIUM } from "#test/browser-site.ts";
import { browserCheck, tryChromium } from "./check.ts";
import { Chromium, findChromium, requireChromium } from "./chromium.ts";

const { signal } = new AbortController();
const quiet = { egress: {}, onEvent: () => undefined };

test("a path that does not exist is named, with what to do", () => {
  expect(findChromium("/nowhere/chrome")).toBeUndefined();
  expect(() => requireChromium("/nowhere/chrome")).toThrow(OrgError);
  const error = (() => {
    try {
      return requireChromium("/nowhere/chrome");
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(error).toMatchObject({
    code: "BROWSER_MISSING",
    why: '"/nowhere/chrome" does not exist.',
    remedies: expect.arrayContaining(["org browser install"]),
  });
});

test("a program that is not a browser is told with what it wrote", async () => {
  for (const [program, why] of [
    ["/usr/bin/false", /it ended \(exit code 1\)/],
    ["/usr/bin/true", /it ended \(exit code 0\)/],
  ] as const) {
    const started = Chromium.start({ ...quiet, program }, signal);
    const error = await started.catch((one: unknown) => one);
    expect(error).toMatchObject({ code: "BROWSER_FAILED", why: expect.stringMatching(why) });
  }
});

test("a start that is stopped leaves nothing", async () => {
  const stop = new AbortController();
  const started = Chromium.start({ ...quiet, program: "/usr/bin/cat" }, stop.signal);
  stop.abort(new Error("the user stopped it"));
  await expect(started).rejects.toThrow("the user stopped it");
});

describe("org doctor", () => {
  const finding = async (settings: { path?: string } | undefined) =>
    await browserCheck(settings).run(signal);

  test("is content without a browser, and not with one that is missing or broken", async () => {
    expect((await finding(undefined)).state).toBe("ok");
    const missing = await finding({ path: "/nowhere/chrome" });
    expect([missing.state, missing.detail]).toEqual([
      "warning",
      "org.config asks for one, and /nowhere/chrome is not there",
    ]);
    const broken = await finding({ path: "/usr/bin/false" });
    expect([broken.state, broken.detail]).toEqual([
      "warning",
      expect.stringContaining("The browser did not start"),
    ]);
  });

  test.skipIf(CHROMIUM === undefined)("says that pages run in sandboxes of their own", async () => {
    expect(existsSync(CHROMIUM ?? "")).toBe(true);
    const { product, keepsPagesApart } = await tryChromium(CHROMIUM ?? "", signal);
    expect([product.split("/")[0], keepsPagesApart]).toEqual(["Chrome", true]);
  });
});

import { expect, test } from "bun:test";
import { OrgError } from "#core/errors.ts";
import { errorView, refusedView } from "./error-view.ts";

const clean = (text: string): string => text;
const textOf = async (error: OrgError): Promise<string> =>
  String(await errorView(error, undefined, clean).main);

test("a failure says why, what to do and what is unchanged, each under its name", async () => {
  const error = new OrgError("The tool is not there", {
    ...{ code: "INPUT_MISSING", why: "it was <retired>", remedies: ["org tools list"] },
    unchanged: "Nothing was changed.",
  });
  const shown = await textOf(error);
  expect(shown).toContain("<dt>Why</dt><dd>it was &lt;retired&gt;</dd>");
  expect(shown).toContain("<dt>Unchanged</dt><dd>Nothing was changed.</dd>");
  expect(shown).toContain("INPUT_MISSING");
});

test.each([
  "org tools list",
  "org",
  "sudo apt-get install chromium",
  "./ops/setup.sh --dev",
  "key_over_http = true   # in org.config",
])("%s stands there as what is typed", async (remedy) => {
  const error = new OrgError("M", { code: "USAGE", remedies: [remedy] });
  expect(await textOf(error)).toContain(`<li><code>${remedy}</code></li>`);
});

test.each(["choose one of the screens above", "organise it anew", "go back, and send it again"])(
  "%s stands there as a sentence",
  async (remedy) => {
    const error = new OrgError("M", { code: "USAGE", remedies: [remedy] });
    expect(await textOf(error)).toContain(`<li>${remedy}</li>`);
  },
);

test("a session whose scope does not reach is told which one would", async () => {
  const { status, main } = refusedView("run", "read");
  expect(status).toBe(403);
  expect(String(await main)).toContain("the scope read; this needs run or admin");
});
